// SPDX-License-Identifier: GPL-2.0
#include "test.h"

/* ---- dates: known pairs come from GNU date -------------------------------- */

static const struct {
	s64 unix_s;
	const char *text;
} dates[] = {
	{ 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ 951782399, "Mon, 28 Feb 2000 23:59:59 GMT" },
	{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
	{ 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
	{ 1709164800, "Thu, 29 Feb 2024 00:00:00 GMT" },
	{ 1798761599, "Thu, 31 Dec 2026 23:59:59 GMT" },
	{ 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
	{ 4107542399, "Sun, 28 Feb 2100 23:59:59 GMT" },
	{ 4294967296, "Sun, 07 Feb 2106 06:28:16 GMT" },
	{ 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
};

TEST(dates_are_written_as_known)
{
	char buf[DYSK_HTTP_DATE_LEN + 1];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dates); i++) {
		dysk_http_date_format(buf, dates[i].unix_s);
		CHECK_STR(buf, dates[i].text);
	}
}

TEST(dates_are_read_as_known)
{
	s64 unix_s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dates); i++) {
		unix_s = -1;
		CHECK_INT(dysk_http_date_parse(dates[i].text,
					       DYSK_HTTP_DATE_LEN, &unix_s), 0);
		CHECK_INT(unix_s, dates[i].unix_s);
	}
}

TEST(every_day_and_odd_seconds_survive_the_round_trip)
{
	char buf[DYSK_HTTP_DATE_LEN + 1];
	s64 t, back, bad = 0;

	for (t = 0; t <= 253402300799; t += 80021) {
		dysk_http_date_format(buf, t);
		if (dysk_http_date_parse(buf, DYSK_HTTP_DATE_LEN, &back) ||
		    back != t)
			bad++;
	}
	CHECK_INT(bad, 0);
}

TEST(a_time_out_of_range_is_written_as_the_nearest_in_it)
{
	char buf[DYSK_HTTP_DATE_LEN + 1];

	dysk_http_date_format(buf, -1);
	CHECK_STR(buf, "Thu, 01 Jan 1970 00:00:00 GMT");
	dysk_http_date_format(buf, S64_MAX);
	CHECK_STR(buf, "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(what_is_no_fixdate_is_refused)
{
	static const char * const texts[] = {
		"",
		"Sun, 06 Nov 1994 08:49:37 GM",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Mon, 06 Nov 1994 08:49:37 GMT",	/* was a Sunday */
		"sun, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 6  Nov 1994 08:49:37 GMT",
		"Sun, +6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:60 GMT",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37+GMT",
		"Sun. 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08-49-37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Wed, 31 Nov 1994 08:49:37 GMT",
		"Wed, 29 Feb 2023 00:00:00 GMT",
		"Mon, 29 Feb 2100 00:00:00 GMT",
		"Wed, 31 Dec 1969 23:59:59 GMT",
		"Sat, 01 Jan 0000 00:00:00 GMT",
		"Fri, 31 Dec :999 23:59:59 GMT",
		"Fri, 31 Dec 99/9 23:59:59 GMT",
	};
	s64 unix_s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!CHECK_INT(dysk_http_date_parse(texts[i], strlen(texts[i]),
						    &unix_s), -EINVAL))
			printf("        %s\n", texts[i]);
}

/* ---- base64: RFC 4648, 10 ------------------------------------------------- */

TEST(base64_is_as_in_its_rfc)
{
	static const char * const pairs[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};
	char out[16];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		len = dysk_base64_encode(out, (const u8 *)pairs[i][0],
					 strlen(pairs[i][0]));
		CHECK_INT(len, DYSK_BASE64_LEN(strlen(pairs[i][0])));
		CHECK_TEXT(out, len, pairs[i][1]);
	}
}

TEST(base64_writes_nothing_beyond_its_length)
{
	char out[5] = "....";

	dysk_base64_encode(out, (const u8 *)"f", 1);
	CHECK_STR(out, "Zg==");
	memcpy(out, "....", 5);
	dysk_base64_encode(out, NULL, 0);
	CHECK_STR(out, "....");
}

/* ---- percent encoding: RFC 3986, 2.3 -------------------------------------- */

TEST(unreserved_characters_and_slashes_stay_as_they_are)
{
	static const char text[] = "/az09AZ-._~/";
	char out[64];

	CHECK_INT(dysk_percent_encode(out, sizeof(out), text),
		  sizeof(text) - 1);
	CHECK_STR(out, text);
}

TEST(all_other_bytes_become_upper_case_hex)
{
	char out[64];

	CHECK_INT(dysk_percent_encode(out, sizeof(out), " ?#%+&=:"), 24);
	CHECK_STR(out, "%20%3F%23%25%2B%26%3D%3A");
	CHECK_INT(dysk_percent_encode(out, sizeof(out), "\xc3\xa9\r\n\x7f"),
		  15);
	CHECK_STR(out, "%C3%A9%0D%0A%7F");
}

TEST(percent_encoding_never_goes_beyond_its_room)
{
	char out[8];
	size_t cap;

	for (cap = 0; cap <= 4; cap++) {
		memset(out, '!', sizeof(out));
		CHECK_INT(dysk_percent_encode(out, cap, "a "), -ENOSPC);
		CHECK(out[cap] == '!');
	}
	CHECK_INT(dysk_percent_encode(out, 5, "a "), 4);
	CHECK_STR(out, "a%20");
	CHECK_INT(dysk_percent_encode(out, 0, ""), -ENOSPC);
	CHECK_INT(dysk_percent_encode(out, 1, ""), 0);
	CHECK_STR(out, "");
}
