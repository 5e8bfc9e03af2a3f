// SPDX-License-Identifier: GPL-2.0
/*
 * Runs all tests, or with arguments those whose name contains one of them.
 */
#include "test.h"

static struct test *first, **last = &first;
static unsigned int failed_checks;

void test_register(struct test *test)
{
	*last = test;
	last = &test->next;
}

static bool failed(const char *file, int line)
{
	failed_checks++;
	printf("    %s:%d: ", file, line);
	return false;
}

bool check_true(bool ok, const char *what, const char *file, int line)
{
	if (ok)
		return true;
	failed(file, line);
	printf("not true: %s\n", what);
	return false;
}

bool check_int(long long actual, long long expected, const char *what,
	       const char *file, int line)
{
	if (actual == expected)
		return true;
	failed(file, line);
	printf("%s is %lld, not %lld\n", what, actual, expected);
	return false;
}

bool check_text(const char *actual, size_t len, const char *expected,
		const char *what, const char *file, int line)
{
	if (len == strlen(expected) && !memcmp(actual, expected, len))
		return true;
	failed(file, line);
	printf("%s is\n<<<%.*s>>>\nnot\n<<<%s>>>\n", what, (int)len, actual,
	       expected);
	return false;
}

static bool wanted(const struct test *test, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(test->name, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, failures = 0;
	const struct test *test;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (test = first; test; test = test->next) {
		if (!wanted(test, argc, argv))
			continue;
		failed_checks = 0;
		test->run();
		if (failed_checks) {
			failures++;
			printf("FAILED %s: %s\n", test->file, test->name);
		} else {
			passed++;
		}
	}
	printf("%u passed, %u failed\n", passed, failures);
	return failures || !passed;
}
