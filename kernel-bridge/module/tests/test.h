/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests: each is a TEST(what_must_hold) with checks in it; test.c runs all
 * that are linked in.  A failed check is printed and the test goes on.
 */
#ifndef DYSK_TEST_H
#define DYSK_TEST_H

#include <stdio.h>

#include "../wire/wire.h"

struct test {
	const char *file;
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);

#define TEST(title)							\
	static void title(void);					\
	static struct test test_##title = {				\
		.file = __FILE__, .name = #title, .run = title		\
	};								\
	__attribute__((constructor)) static void register_##title(void)	\
	{								\
		test_register(&test_##title);				\
	}								\
	static void title(void)

/* Each prints the values if they differ, and returns whether they are equal. */
bool check_true(bool ok, const char *what, const char *file, int line);
bool check_int(long long actual, long long expected, const char *what,
	       const char *file, int line);
bool check_text(const char *actual, size_t len, const char *expected,
		const char *what, const char *file, int line);

#define CHECK(cond)	check_true(cond, #cond, __FILE__, __LINE__)
#define CHECK_INT(actual, expected)					\
	check_int((long long)(actual), (long long)(expected),		\
		  #actual, __FILE__, __LINE__)
#define CHECK_STR(actual, expected)					\
	check_text(actual, strlen(actual), expected, #actual, __FILE__, __LINE__)
#define CHECK_TEXT(actual, len, expected)				\
	check_text(actual, len, expected, #actual, __FILE__, __LINE__)

/* HMAC-SHA256, as the kernel side would do it. */
void test_hmac_sha256(const u8 *key, size_t key_len,
		      const u8 *msg, size_t len, u8 out[32]);

/* Reproducible numbers that look random; not 0 as a seed. */
static inline u64 test_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif /* DYSK_TEST_H */
