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

/* Eight bytes at any address; the first one is the least significant. */
static inline u64 dysk_word_load(const char *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* The other way round: eight bytes to any address. */
static inline void dysk_word_store(char *p, u64 word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	memcpy(p, &word, sizeof(word));
}

/*
 * The top bit of each byte that is below @limit (at most 0x80); 0 if there is
 * none.  Bytes that follow a flagged one may be flagged wrongly.
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

/*
 * The top bit of each byte that is no visible ASCII character, 0x21..0x7e.
 * The same goes for bytes that follow one; other bits mean nothing.
 */
static inline u64 dysk_word_invisible(u64 word)
{
	return (word - DYSK_BYTES(0x21)) | (word + DYSK_BYTES(1)) | word;
}

/* Which byte is the first that has its top bit in @flags, which is not 0. */
static inline size_t dysk_word_first(u64 flags)
{
	return (size_t)__builtin_ctzll(flags) / 8;
}

/* Are all eight bytes decimal digits? Then their value goes to @number. */
static inline bool dysk_word_digits(u64 word, u64 *number)
{
	word ^= DYSK_BYTES('0');
	if ((word | (word + DYSK_BYTES(0x7f - 9))) & DYSK_TOP_BITS)
		return false;
	/* neighbours make two digits, these make four, those eight */
	word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffULL;
	word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffffULL;
	*number = (word * 10000 + (word >> 32)) & 0xffffffffULL;
	return true;
}

/* Eight hexadecimal digits, small letters, the first byte most significant. */
static inline u64 dysk_word_hex(u32 number)
{
	u64 word = number;

	/* a byte for each digit: halves part, then quarters, then eighths */
	word = (word | word << 16) & 0x0000ffff0000ffffULL;
	word = (word | word << 8) & 0x00ff00ff00ff00ffULL;
	word = (word | word << 4) & DYSK_BYTES(0x0f);
	word += DYSK_BYTES('0') + ((word + DYSK_BYTES(6)) >> 4 & DYSK_BYTES(1)) *
				  ('a' - '0' - 10);
	return __builtin_bswap64(word);
}

/* Are all eight bytes such digits? Then their value goes to @number. */
static inline bool dysk_word_unhex(u64 word, u32 *number)
{
	u64 digits = __builtin_bswap64(word);

	digits = (digits & DYSK_BYTES(0x0f)) +
		 (digits >> 6 & DYSK_BYTES(1)) * 9;
	digits = (digits | digits >> 4) & 0x00ff00ff00ff00ffULL;
	digits = (digits | digits >> 8) & 0x0000ffff0000ffffULL;
	*number = (u32)(digits | digits >> 16);
	/* whatever else was made a number of is not how it is written */
	return dysk_word_hex(*number) == word;
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
	return !(bad & DYSK_TOP_BITS);
}

#endif /* DYSK_WIRE_BYTES_H */
