// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any strings and numbers as a request.  It is refused, or its
 * head has exactly the lines that such a request has and nothing else.
 *
 * Input: 4 bytes of choices, offset, length, epoch, id (8 bytes each, little
 * endian), then the strings, each ended by NUL: host, account, path, snapshot,
 * lease id, etag, SAS.
 */
#include <stdlib.h>

#include "fuzz.h"

#define FIXED	(4 + 4 * 8)

static u64 get_u64(const u8 *at)
{
	u64 n = 0;
	int i;

	for (i = 7; i >= 0; i--)
		n = n << 8 | at[i];
	return n;
}

/* The next string of the input, copied so that its end is guarded. */
static char *next_string(const u8 **at, const u8 *end)
{
	const u8 *nul = memchr(*at, 0, (size_t)(end - *at));
	size_t len = (size_t)((nul ? nul : end) - *at);
	char *copy = malloc(len + 1);

	if (len)
		memcpy(copy, *at, len);
	copy[len] = '\0';
	*at += len + (nul ? 1 : 0);
	return copy;
}

/* Signs with a digest of little worth: it only must depend on the text. */
static int cheap_hmac(void *ctx, const char *msg, size_t len, u8 out[32])
{
	size_t i;

	*(size_t *)ctx = len;
	memset(out, 0, 32);
	for (i = 0; i < len; i++)
		out[i % 32] = (u8)(out[i % 32] * 31 + msg[i]);
	return 0;
}

static unsigned int lines_expected(const struct dysk_wire_target *target,
				   const struct dysk_wire_auth *auth,
				   const struct dysk_wire_request *req)
{
	static const unsigned int lines[] = {
		[DYSK_WIRE_READ] = 2,	/* range, version */
		[DYSK_WIRE_WRITE] = 4,	/* and Content-Length, page-write */
		[DYSK_WIRE_CLEAR] = 4,
		[DYSK_WIRE_HEAD] = 1,
		[DYSK_WIRE_RAISE] = 4,	/* length, number, action, version */
	};
	bool put_page = req->op == DYSK_WIRE_WRITE ||
			req->op == DYSK_WIRE_CLEAR;

	/* request line, Host, id, blank line; date, Authorization */
	return 4 + lines[req->op] + !!*target->lease_id +
	       (put_page && req->conditional) +
	       (req->op == DYSK_WIRE_RAISE && req->etag) +
	       (auth->sas ? 0 : 2);
}

static void check_head(const char *head, size_t len, unsigned int expected)
{
	unsigned int lines = 0, blanks = 0;
	const char *at = head, *end = head + len, *line = head;

	for (; at < end; at++) {
		if (*at == '\r') {
			CHECK(end - at >= 2 && at[1] == '\n');
			CHECK(at > line || at + 2 == end);
			CHECK(lines == 0 || at == line ||
			      memchr(line, ':', (size_t)(at - line)));
			lines++;
			at++;
			line = at + 1;
			continue;
		}
		CHECK(*at >= ' ' && *at <= '~');
		blanks += lines == 0 && *at == ' ';
	}
	CHECK(line == end);
	CHECK(blanks == 2);
	CHECK(lines == expected);
}

static void try_request(const struct dysk_wire_target *target,
			const struct dysk_wire_auth *auth,
			const struct dysk_wire_request *req, size_t cap,
			size_t scratch_cap)
{
	struct dysk_wire_target prepared = *target;
	char *buf = malloc(cap), *again = malloc(cap);
	char *scratch = malloc(scratch_cap);
	int len, len_again;

	len = dysk_wire_request_write(buf, cap, target, auth, req, scratch,
				      scratch_cap);
	if (dysk_wire_target_prepare(&prepared)) {
		CHECK(len == -EINVAL);
	} else {
		len_again = dysk_wire_request_write(again, cap, &prepared, auth,
						    req, scratch, scratch_cap);
		CHECK(len_again == len);
		CHECK(len <= 0 || !memcmp(buf, again, (size_t)len));
	}
	CHECK(len > 0 || len == -EINVAL || len == -ENOSPC);
	if (len > 0) {
		CHECK((size_t)len <= cap);
		check_head(buf, (size_t)len,
			   lines_expected(target, auth, req));
	}
	free(scratch);
	free(again);
	free(buf);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *strings[6], *sas;
	size_t signed_len, i;
	struct dysk_wire_target target = { 0 };
	struct dysk_wire_auth auth = { .hmac = cheap_hmac, .ctx = &signed_len };
	struct dysk_wire_request req = { 0 };
	const u8 *at = data + FIXED, *end = data + size;
	size_t room[2];

	if (size < FIXED)
		return 0;
	for (i = 0; i < 6; i++)
		strings[i] = next_string(&at, end);
	sas = malloc((size_t)(end - at));
	if (at < end)
		memcpy(sas, at, (size_t)(end - at));

	target.host = strings[0];
	target.account = strings[1];
	target.path = strings[2];
	target.snapshot = strings[3];
	target.lease_id = strings[4];
	req.op = (enum dysk_wire_op)(data[0] % 5);
	req.conditional = data[1] & 1;
	req.etag = data[1] & 2 ? strings[5] : NULL;
	req.offset = get_u64(data + 4);
	req.length = get_u64(data + 12);
	req.epoch = get_u64(data + 20);
	req.id = get_u64(data + 28);
	req.now = (s64)(req.offset ^ req.epoch);
	if (data[1] & 4) {
		auth.sas = sas;
		auth.sas_len = (size_t)(end - at);
	}
	/* mostly enough room; else little */
	room[0] = data[2] < 128 ? DYSK_WIRE_REQUEST_MAX : data[2] * 4u;
	room[1] = data[3] < 128 ? DYSK_WIRE_REQUEST_MAX : data[3] * 4u;

	try_request(&target, &auth, &req, room[0], room[1]);

	free(sas);
	for (i = 0; i < 6; i++)
		free(strings[i]);
	return 0;
}
