// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "http_oracle.h"

#define BODY_MAX	65536
#define INTERIM_MAX	8

/* ---- words and numbers ---------------------------------------------------- */

struct span {
	const char *at;
	size_t len;
};

static bool is(struct span s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.at, word, s.len);
}

/* Cuts off what is before @c; false if there is none. */
static bool cut(struct span *rest, char c, struct span *before)
{
	const char *found = memchr(rest->at, c, rest->len);

	if (!found)
		return false;
	before->at = rest->at;
	before->len = (size_t)(found - rest->at);
	rest->len -= before->len + 1;
	rest->at = found + 1;
	return true;
}

static bool number(struct span s, u64 *n)
{
	char digits[32];
	size_t i;

	while (s.len > 1 && *s.at == '0') {
		s.at++;
		s.len--;
	}
	if (!s.len || s.len > 20)
		return false;
	for (i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	snprintf(digits, sizeof(digits), "%.*s", (int)s.len, s.at);
	if (s.len == 20 && strcmp(digits, "18446744073709551615") > 0)
		return false;
	*n = strtoull(digits, NULL, 10);
	return true;
}

static bool visible(char c)
{
	return c > ' ' && c <= '~';
}

/* ---- headers -------------------------------------------------------------- */

static bool same_number(struct span value, bool *has, u64 *field)
{
	u64 n;

	if (!number(value, &n) || (*has && *field != n))
		return false;
	*has = true;
	*field = n;
	return true;
}

static bool content_range(struct dysk_wire_response *rsp, struct span value)
{
	struct span unit, first, last;
	u64 a, b, t;

	if (!cut(&value, ' ', &unit) || !is(unit, "bytes") || !value.len)
		return false;
	if (*value.at == '*')
		return value.len > 1 && value.at[1] == '/';
	if (!cut(&value, '-', &first) || !number(first, &a) ||
	    !cut(&value, '/', &last) || !number(last, &b))
		return false;
	if (is(value, "*"))
		return true;
	if (!number(value, &t))
		return false;
	if (rsp->has_range && (rsp->range_first != a || rsp->range_last != b ||
			       rsp->range_total != t))
		return false;
	rsp->has_range = true;
	rsp->range_first = a;
	rsp->range_last = b;
	rsp->range_total = t;
	return true;
}

static void connection(struct dysk_wire_response *rsp, struct span value)
{
	char *copy = strndup(value.at, value.len), *state;
	char *word = strtok_r(copy, " \t,", &state);

	for (; word; word = strtok_r(NULL, " \t,", &state))
		if (!strcasecmp(word, "close"))
			rsp->close = true;
	free(copy);
}

static void date(struct dysk_wire_response *rsp, struct span value)
{
	char text[DYSK_HTTP_DATE_LEN + 1], again[64];
	struct tm tm = { 0 };
	s64 seconds;

	rsp->has_date = false;
	if (value.len != DYSK_HTTP_DATE_LEN)
		return;
	memcpy(text, value.at, value.len);
	text[value.len] = '\0';
	if (!strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm))
		return;
	seconds = timegm(&tm);
	/* Whatever else it takes is not how it is written. */
	strftime(again, sizeof(again), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (seconds < 0 || strcmp(text, again))
		return;
	rsp->has_date = true;
	rsp->date = seconds;
}

static void error_code(struct dysk_wire_response *rsp, struct span value)
{
	size_t i;

	if (rsp->error_code[0])
		return;
	for (i = 0; i < value.len && i < sizeof(rsp->error_code) - 1; i++)
		rsp->error_code[i] =
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789._-",
			       value.at[i]) ? value.at[i] : '_';
}

static void etag(struct dysk_wire_response *rsp, struct span value)
{
	size_t i;

	memset(rsp->etag, 0, sizeof(rsp->etag));
	if (value.len >= sizeof(rsp->etag))
		return;
	for (i = 0; i < value.len; i++)
		if (!visible(value.at[i]))
			return;
	memcpy(rsp->etag, value.at, value.len);
}

static void request_id(struct dysk_wire_response *rsp, struct span value)
{
	char again[17], text[17] = "";
	u64 id;

	if (value.len == 16)
		memcpy(text, value.at, 16);
	id = strtoull(text, NULL, 16);
	snprintf(again, sizeof(again), "%016llx", (unsigned long long)id);
	if (strcmp(text, again))
		id = 0;
	if (rsp->has_id && rsp->id != id)
		id = 0;
	rsp->has_id = true;
	rsp->id = id;
}

static bool header(struct dysk_wire_response *rsp, struct span name,
		   struct span value)
{
	u64 n;

	if (is(name, "Content-Length"))
		return same_number(value, &rsp->has_length, &rsp->length);
	if (is(name, "x-ms-blob-sequence-number"))
		return same_number(value, &rsp->has_sequence, &rsp->sequence);
	if (is(name, "Content-Range"))
		return content_range(rsp, value);
	if (is(name, "Transfer-Encoding")) {
		if (rsp->chunked || !is(value, "chunked"))
			return false;
		rsp->chunked = true;
	} else if (is(name, "Connection")) {
		connection(rsp, value);
	} else if (is(name, "Date")) {
		date(rsp, value);
	} else if (is(name, "ETag")) {
		etag(rsp, value);
	} else if (is(name, "x-ms-error-code")) {
		error_code(rsp, value);
	} else if (is(name, "x-ms-client-request-id")) {
		request_id(rsp, value);
	} else if (is(name, "x-ms-blob-type")) {
		if (!is(value, "PageBlob"))
			rsp->blob_type = DYSK_BLOB_TYPE_OTHER;
		else if (rsp->blob_type == DYSK_BLOB_TYPE_NONE)
			rsp->blob_type = DYSK_BLOB_TYPE_PAGE;
	} else if (is(name, "Retry-After") && number(value, &n)) {
		rsp->has_retry_after = true;
		rsp->retry_after = n > U32_MAX ? U32_MAX : (u32)n;
	}
	return true;
}

/* ---- heads ---------------------------------------------------------------- */

static bool status(struct dysk_wire_response *rsp, struct span line)
{
	u64 n;

	if (line.len < 12 || memcmp(line.at, "HTTP/1.", 7) ||
	    !strchr("01", line.at[7]) || line.at[8] != ' ' ||
	    !number((struct span) { line.at + 9, 3 }, &n) || n < 100 ||
	    (line.len > 12 && line.at[12] != ' '))
		return false;
	rsp->status = (u16)n;
	rsp->close = line.at[7] == '0';
	return true;
}

static bool header_line(struct dysk_wire_response *rsp, struct span line)
{
	struct span name;

	if (!cut(&line, ':', &name))
		return false;
	while (line.len && strchr(" \t", *line.at)) {
		line.at++;
		line.len--;
	}
	while (line.len && strchr(" \t", line.at[line.len - 1]))
		line.len--;
	return header(rsp, name, line);
}

/*
 * The line at the start of @text, up to CR LF.  1: there; 0: not whole yet;
 * -EPROTO: it has what no line has.
 */
static int next_line(struct span text, bool first, struct span *line)
{
	size_t i, name = 0;

	if (!first) {
		while (name < text.len && visible(text.at[name]) &&
		       text.at[name] != ':')
			name++;
		if (name < text.len &&
		    (name ? text.at[name] != ':' : text.at[0] != '\r'))
			return -EPROTO;
	}
	for (i = name; i < text.len; i++)
		if ((u8)text.at[i] < ' ' && text.at[i] != '\t')
			break;
	if (i == text.len)
		return first && strncmp(text.at, "HTTP/1.",
					i < 7 ? i : 7) ? -EPROTO : 0;
	if (text.at[i] != '\r')
		return -EPROTO;
	if (i + 1 == text.len)
		return first && strncmp(text.at, "HTTP/1.",
					i + 1 < 7 ? i + 1 : 7) ? -EPROTO : 0;
	if (text.at[i + 1] != '\n')
		return -EPROTO;
	*line = (struct span) { text.at, i };
	return 1;
}

static int head(struct dysk_wire_response *rsp, const char *text, size_t len)
{
	size_t at = 0, max = len < DYSK_WIRE_HEAD_MAX ? len : DYSK_WIRE_HEAD_MAX;
	unsigned int interim = 0;
	enum dysk_wire_op op = (enum dysk_wire_op)rsp->op;
	struct span line;
	int ret;

	while ((ret = next_line((struct span) { text + at, max - at },
				!rsp->status, &line)) > 0) {
		at += line.len + 2;
		if (!rsp->status) {
			if (!status(rsp, line))
				return -EPROTO;
		} else if (line.len) {
			if (!header_line(rsp, line))
				return -EPROTO;
		} else if (rsp->status >= 200) {
			return rsp->chunked && rsp->has_length ? -EPROTO :
								 (int)at;
		} else {
			if (rsp->status == 101 || interim++ == INTERIM_MAX)
				return -EPROTO;
			dysk_wire_response_init(rsp, op);
		}
	}
	if (ret < 0)
		return ret;
	return len < DYSK_WIRE_HEAD_MAX ? 0 : -EMSGSIZE;
}

/* ---- bodies --------------------------------------------------------------- */

/* Reads on from *@at; what each returns is 1, 0: not all there, or an error. */
struct reader {
	const char *text;
	size_t len;
	size_t at;
};

static int literal(struct reader *r, const char *what)
{
	for (; *what; what++) {
		if (r->at == r->len)
			return 0;
		if (r->text[r->at] != *what)
			return -EPROTO;
		r->at++;
	}
	return 1;
}

/* To the end of a line that may have anything in it. */
static int rest_of_line(struct reader *r)
{
	while (r->at < r->len && r->text[r->at] != '\r') {
		if ((u8)r->text[r->at] < ' ' && r->text[r->at] != '\t')
			return -EPROTO;
		r->at++;
	}
	return literal(r, "\r\n");
}

static int chunk_size(struct reader *r, u64 *size)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	size_t first = r->at;
	const char *digit;

	*size = 0;
	for (; r->at < r->len; r->at++) {
		digit = memchr(digits, r->text[r->at], sizeof(digits) - 1);
		if (!digit)
			break;
		*size = *size * 16 + (u64)(digit - digits) % 16;
		if (*size > BODY_MAX)
			return -EMSGSIZE;
	}
	if (r->at == r->len)
		return 0;
	if (r->at == first || !memchr("\r; \t", r->text[r->at], 4))
		return -EPROTO;
	return rest_of_line(r);
}

static int chunks(struct reader *r)
{
	u64 size;
	int ret;

	for (;;) {
		ret = chunk_size(r, &size);
		if (ret <= 0)
			return ret;
		if (!size)
			break;
		if (r->len - r->at < size) {
			r->at = r->len;
			return 0;
		}
		r->at += size;
		ret = literal(r, "\r\n");
		if (ret <= 0)
			return ret;
	}
	while (r->at < r->len && r->text[r->at] != '\r') {
		ret = rest_of_line(r);
		if (ret <= 0)
			return ret;
	}
	return literal(r, "\r\n");
}

static int body(struct dysk_wire_response *rsp, struct reader *r)
{
	if (rsp->op == DYSK_WIRE_HEAD || rsp->status == 204 ||
	    rsp->status == 304)
		return 1;
	if (rsp->chunked)
		return chunks(r);
	if (!rsp->has_length) {
		rsp->close = true;
		r->at = r->len;
		return 0;
	}
	if (rsp->length > BODY_MAX)
		return -EMSGSIZE;
	r->at = rsp->length < r->len ? rsp->length : r->len;
	return r->at == rsp->length;
}

struct answer oracle_answer(enum dysk_wire_op op, const char *text, size_t len)
{
	struct answer a = { 0 };
	struct reader r;

	dysk_wire_response_init(&a.rsp, op);
	a.head = head(&a.rsp, text, len);
	if (a.head <= 0)
		return a;
	r = (struct reader) { text + a.head, len - (size_t)a.head, 0 };
	a.body = body(&a.rsp, &r);
	a.used = r.at;
	return a;
}
