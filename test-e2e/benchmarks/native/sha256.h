/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HMAC-SHA256 for bareclient; AF_ALG would charge it a system call more for
 * each request.
 */
#ifndef DYSK_BENCH_SHA256_H
#define DYSK_BENCH_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256_state {
	uint32_t h[8];
	uint64_t bytes;
	uint8_t block[64];
};

/* The states after the two padded key blocks (RFC 2104). */
struct hmac_sha256_key {
	struct sha256_state inner;
	struct sha256_state outer;
};

void hmac_sha256_key_base64(struct hmac_sha256_key *key, const char *base64);
void hmac_sha256(const struct hmac_sha256_key *key, const char *msg, size_t len,
		 uint8_t out[32]);

#endif /* DYSK_BENCH_SHA256_H */
