// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104).
 */
#include "sha256.h"

#include <stdbool.h>
#include <string.h>

static uint32_t k[64];
static uint32_t initial[8];

/* The first 32 bits of the fractional part of the n-th root of a prime. */
static uint32_t root_fraction(unsigned int prime, int cube)
{
	/* The largest x with x^2 (x^3) <= prime, in units of 2^-32. */
	unsigned __int128 low = 0, high = (unsigned __int128)32 << 32;

	while (high - low > 1) {
		unsigned __int128 mid = (low + high) / 2;
		bool below = cube ? mid * mid * mid <=
				    (unsigned __int128)prime << 96 :
				    mid * mid <= (unsigned __int128)prime << 64;

		if (below)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

static void constants(void)
{
	unsigned int n = 0, p = 2;

	for (; n < 64; p++) {
		unsigned int d = 2;

		while (d * d <= p && p % d)
			d++;
		if (d * d <= p)
			continue;
		k[n] = root_fraction(p, 1);
		if (n < 8)
			initial[n] = root_fraction(p, 0);
		n++;
	}
}

static uint32_t ror(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static void compress(uint32_t h[8], const uint8_t *block)
{
	uint32_t w[64], v[8];
	unsigned int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 |
		       block[4 * i + 2] << 8 | block[4 * i + 3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (i = 0; i < 64; i++) {
		uint32_t t1 = v[7] + (ror(v[4], 6) ^ ror(v[4], 11) ^ ror(v[4], 25)) +
			      ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i];
		uint32_t t2 = (ror(v[0], 2) ^ ror(v[0], 13) ^ ror(v[0], 22)) +
			      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		h[i] += v[i];
}

static void begin(struct sha256_state *s)
{
	if (!k[0])
		constants();
	memcpy(s->h, initial, sizeof(initial));
	s->bytes = 0;
}

static void update(struct sha256_state *s, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		size_t at = s->bytes % 64, n = 64 - at < len ? 64 - at : len;

		memcpy(s->block + at, p, n);
		s->bytes += n;
		p += n;
		len -= n;
		if (s->bytes % 64 == 0)
			compress(s->h, s->block);
	}
}

static void end(struct sha256_state *s, uint8_t out[32])
{
	uint64_t bits = s->bytes * 8;
	uint8_t pad[72] = { 0x80 };
	size_t n = (119 - s->bytes % 64) % 64 + 1;
	unsigned int i;

	for (i = 0; i < 8; i++)
		pad[n + i] = bits >> (56 - 8 * i);
	update(s, pad, n + 8);
	for (i = 0; i < 32; i++)
		out[i] = s->h[i / 4] >> (24 - 8 * (i % 4));
}

static size_t decode(const char *text, uint8_t *out, size_t room)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned int have = 0;
	size_t n = 0;

	for (; *text && *text != '=' && n < room; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit)
			break;
		bits = bits << 6 | (uint32_t)(digit - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = bits >> have;
		}
	}
	return n;
}

void hmac_sha256_key_base64(struct hmac_sha256_key *key, const char *base64)
{
	uint8_t secret[64] = { 0 }, pad[64];
	unsigned int i;

	decode(base64, secret, sizeof(secret));
	for (i = 0; i < 64; i++)
		pad[i] = secret[i] ^ 0x36;
	begin(&key->inner);
	update(&key->inner, pad, 64);
	for (i = 0; i < 64; i++)
		pad[i] = secret[i] ^ 0x5c;
	begin(&key->outer);
	update(&key->outer, pad, 64);
}

void hmac_sha256(const struct hmac_sha256_key *key, const char *msg, size_t len,
		 uint8_t out[32])
{
	struct sha256_state s = key->inner;

	update(&s, msg, len);
	end(&s, out);
	s = key->outer;
	update(&s, out, 32);
	end(&s, out);
}
