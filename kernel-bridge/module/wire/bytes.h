/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking at eight bytes at a time.  Heads are read and written for every
 * I/O, and none of their bytes may go unchecked; byte loops would cost more
 * than all the rest of this layer.
 */
#ifndef DYSK_WIRE_BYTES_H
#define DYSK_WIRE_BYTES_H

#include "wire.h"

#define DYSK_BYTES(b)	((u64)0x0101010101010101ULL * (u8)(b))
#define DYSK_TOP_BITS	DYSK_BYTES(0x80)

static inline u64 dysk_word_load(const char *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/*
 * The top bit of each byte that is below @limit (at most 0x80); 0 if there is
 * none.  Bytes above (in significance) a flagged one may be flagged wrongly.
 */
static inline u64 dysk_word_below(u64 word, u8 limit)
{
	return (word - DYSK_BYTES(limit)) & ~word & DYSK_TOP_BITS;
}

/* Like dysk_word_below(), for bytes that are @byte. */
static inline u64 dysk_word_equal(u64 word, u8 byte)
{
	return dysk_word_below(word ^ DYSK_BYTES(byte), 1);
}

/* Not 0 if a byte is anything but a visible ASCII character, 0x21..0x7e. */
static inline u64 dysk_word_invisible(u64 word)
{
	return dysk_word_below(word, 0x21) |
	       ((word | (word + DYSK_BYTES(1))) & DYSK_TOP_BITS);
}

/* Which byte of the word, in order of memory, @flags point at first. */
static inline size_t dysk_word_first(u64 flags)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(flags) / 8;
#else
	return 0;	/* not exact: the caller goes on byte by byte */
#endif
}

static inline bool dysk_byte_visible(char c)
{
	return (u8)(c - 0x21) <= 0x7e - 0x21;
}

/* Is all of it visible ASCII: nothing that could end a line or a word? */
static inline bool dysk_visible(const char *s, size_t len)
{
	u64 bad = 0;
	size_t i;

	if (len < sizeof(u64)) {
		for (i = 0; i < len; i++)
			if (!dysk_byte_visible(s[i]))
				return false;
		return true;
	}
	for (i = 0; i + sizeof(u64) <= len; i += sizeof(u64))
		bad |= dysk_word_invisible(dysk_word_load(s + i));
	bad |= dysk_word_invisible(dysk_word_load(s + len - sizeof(u64)));
	return !bad;
}

#endif /* DYSK_WIRE_BYTES_H */
