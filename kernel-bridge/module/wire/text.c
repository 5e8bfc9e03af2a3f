// SPDX-License-Identifier: GPL-2.0
/*
 * Dates, base64, percent encoding, decimal numbers.
 */
#include "head.h"

/* ---- dates ------------------------------------------------------------- */

#define SECONDS_PER_DAY		86400
#define DATE_MAX		253402300799LL	/* 9999-12-31 23:59:59 */

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const u16 days_before_month[13] = {
	0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365
};

static bool is_leap(u32 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first day of @year. */
static u32 days_before_year(u32 year)
{
	u32 past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

/* The weekday of a day since 1970-01-01, a Thursday; 0 is Sunday. */
static u32 weekday_of(u32 day)
{
	return (day + 4) % 7;
}

/* Days before month 1..13 of @year. */
static u32 days_to_month(u32 year, u32 month)
{
	u32 days = days_before_month[month - 1];

	return month > 2 && is_leap(year) ? days + 1 : days;
}

static void put_two(char *dst, u32 value)
{
	dst[0] = (char)('0' + value / 10);
	dst[1] = (char)('0' + value % 10);
}

void dysk_http_date_format(char *buf, s64 unix_s)
{
	u32 day, second, year, month;

	if (unix_s < 0)
		unix_s = 0;
	if (unix_s > DATE_MAX)
		unix_s = DATE_MAX;

	day = (u32)((u64)unix_s / SECONDS_PER_DAY);
	second = (u32)((u64)unix_s % SECONDS_PER_DAY);

	memcpy(buf, "Day, 00 Mon 0000 00:00:00 GMT", DYSK_HTTP_DATE_LEN + 1);
	memcpy(buf, day_names + 3 * weekday_of(day), 3);

	year = 1970 + day / 366;	/* a guess, never too late */
	while (days_before_year(year + 1) <= day)
		year++;
	day -= days_before_year(year);
	month = day / 31 + 1;		/* likewise */
	while (days_to_month(year, month + 1) <= day)
		month++;

	put_two(buf + 5, day - days_to_month(year, month) + 1);
	memcpy(buf + 8, month_names + 3 * (month - 1), 3);
	put_two(buf + 12, year / 100);
	put_two(buf + 14, year % 100);
	put_two(buf + 17, second / 3600);
	put_two(buf + 20, second / 60 % 60);
	put_two(buf + 23, second % 60);
}

/* Two digits as a number, or one of at least 100. */
static u32 get_two(const char *src)
{
	u32 tens = (u8)(src[0] - '0');
	u32 ones = (u8)(src[1] - '0');

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

static bool same_three(const char *a, const char *b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* 1..12, or 13 if there is no such month. */
static u32 month_called(const char *name)
{
	u32 month = 1;

	while (month < 13 && !same_three(month_names + 3 * (month - 1), name))
		month++;
	return month;
}

int dysk_http_date_parse(const char *buf, size_t len, s64 *unix_s)
{
	u32 day, month, century, year, hour, minute, second;

	if (len != DYSK_HTTP_DATE_LEN ||
	    buf[3] != ',' || buf[4] != ' ' || buf[7] != ' ' ||
	    buf[11] != ' ' || buf[16] != ' ' || buf[19] != ':' ||
	    buf[22] != ':' || memcmp(buf + 25, " GMT", 4))
		return -EINVAL;

	day = get_two(buf + 5);
	month = month_called(buf + 8);
	century = get_two(buf + 12);
	year = get_two(buf + 14);
	hour = get_two(buf + 17);
	minute = get_two(buf + 20);
	second = get_two(buf + 23);
	if (month > 12 || century > 99 || year > 99 || hour > 23 ||
	    minute > 59 || second > 59)
		return -EINVAL;
	year += century * 100;
	if (year < 1970 || day < 1 ||
	    day > days_to_month(year, month + 1) - days_to_month(year, month))
		return -EINVAL;
	day += days_before_year(year) + days_to_month(year, month) - 1;
	if (!same_three(buf, day_names + 3 * weekday_of(day)))
		return -EINVAL;
	*unix_s = (s64)day * SECONDS_PER_DAY +
		  (s64)(hour * 3600 + minute * 60 + second);
	return 0;
}

/* ---- base64 ------------------------------------------------------------ */

size_t dysk_base64_encode(char *dst, const u8 *src, size_t len)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *at = dst;
	u32 bits;

	for (; len >= 3; src += 3, len -= 3) {
		bits = (u32)src[0] << 16 | (u32)src[1] << 8 | src[2];
		*at++ = alphabet[bits >> 18];
		*at++ = alphabet[bits >> 12 & 63];
		*at++ = alphabet[bits >> 6 & 63];
		*at++ = alphabet[bits & 63];
	}
	if (len) {
		bits = (u32)src[0] << 16 | (len > 1 ? (u32)src[1] << 8 : 0);
		*at++ = alphabet[bits >> 18];
		*at++ = alphabet[bits >> 12 & 63];
		*at++ = len > 1 ? alphabet[bits >> 6 & 63] : '=';
		*at++ = '=';
	}
	return (size_t)(at - dst);
}

/* ---- percent encoding -------------------------------------------------- */

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

int dysk_percent_encode(char *dst, size_t cap, const char *src)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t len = 0;

	for (; *src; src++) {
		if (is_unreserved(*src) || *src == '/') {
			if (cap - len < 2)
				return -ENOSPC;
			dst[len++] = *src;
		} else {
			if (cap - len < 4)
				return -ENOSPC;
			dst[len++] = '%';
			dst[len++] = hex[(u8)*src >> 4];
			dst[len++] = hex[(u8)*src & 15];
		}
	}
	if (!cap)
		return -ENOSPC;
	dst[len] = '\0';
	return (int)len;
}

/* ---- decimal numbers --------------------------------------------------- */

/* "00" to "99" */
#define TENS(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
static const char two_digits[] =
	TENS("0") TENS("1") TENS("2") TENS("3") TENS("4")
	TENS("5") TENS("6") TENS("7") TENS("8") TENS("9");

void dysk_out_number(struct dysk_out *out, u64 number)
{
	char digits[20];
	char *at = digits + sizeof(digits);

	while (number >= 100) {
		at -= 2;
		memcpy(at, two_digits + number % 100 * 2, 2);
		number /= 100;
	}
	if (number >= 10) {
		at -= 2;
		memcpy(at, two_digits + number * 2, 2);
	} else {
		*--at = (char)('0' + number);
	}
	dysk_out_bytes(out, at, (size_t)(digits + sizeof(digits) - at));
}
