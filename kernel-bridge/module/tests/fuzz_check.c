// SPDX-License-Identifier: GPL-2.0
/*
 * The checks of test.h for fuzzing: the first one that fails ends it, and the
 * fuzzer keeps the input.
 */
#include <stdlib.h>

#include "test.h"

bool check_true(bool ok, const char *what, const char *file, int line)
{
	if (ok)
		return true;
	fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
	abort();
}

bool check_int(long long actual, long long expected, const char *what,
	       const char *file, int line)
{
	return check_true(actual == expected, what, file, line);
}

bool check_text(const char *actual, size_t len, const char *expected,
		const char *what, const char *file, int line)
{
	return check_true(len == strlen(expected) &&
			  !memcmp(actual, expected, len), what, file, line);
}
