/* SPDX-License-Identifier: MIT */
/*
 * A block says what it is: which run wrote it, where, as which change. All of
 * its bytes follow from that, and the last word is a sum over the others.
 * BlockContent.java is the same in Java; a test compares the two.
 */
#ifndef WITNESS_CONTENT_H
#define WITNESS_CONTENT_H

#include <stdint.h>

struct stamp {
	uint64_t seed;
	uint64_t block;
	uint64_t version;
};

enum content { CONTENT_ZEROS, CONTENT_STAMPED, CONTENT_TORN };

void content_fill(void *block, const struct stamp *stamp);

/* CONTENT_TORN: neither zeros nor a whole block of anybody. */
enum content content_read(const void *block, struct stamp *stamp);

#endif
