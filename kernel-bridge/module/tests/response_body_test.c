// SPDX-License-Identifier: GPL-2.0
/*
 * Bodies that are skipped.  Everything here is also fed in small pieces.
 */
#include <stdlib.h>

#include "response_fixture.h"

#define ERROR		"HTTP/1.1 409 C\r\n"
#define CHUNKED		"Transfer-Encoding: chunked\r\n\r\n"
#define NEXT		"HTTP/1.1 200 OK\r\n"

static void check_body(enum dysk_wire_op op, const char *head,
		       const char *body, int result, size_t used)
{
	char text[512];
	int len = snprintf(text, sizeof(text), "%s%s", head, body);
	struct answer a = answer_of(op, text, (size_t)len);

	if (!CHECK(a.head > 0) || !CHECK_INT(a.body, result) ||
	    !CHECK_INT(a.used, used))
		printf("        %s\n", body);
}

/* ---- no body -------------------------------------------------------------- */

TEST(some_answers_have_no_body_whatever_they_say)
{
	check_body(DYSK_WIRE_HEAD,
		   "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n", NEXT,
		   1, 0);
	check_body(DYSK_WIRE_HEAD, "HTTP/1.1 404 N\r\n" CHUNKED, NEXT, 1, 0);
	check_body(DYSK_WIRE_READ,
		   "HTTP/1.1 204 N\r\nContent-Length: 5\r\n\r\n", NEXT, 1, 0);
	check_body(DYSK_WIRE_READ, "HTTP/1.1 304 N\r\n\r\n", NEXT, 1, 0);
	check_body(DYSK_WIRE_READ,
		   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NEXT, 1, 0);
}

TEST(an_answer_to_head_without_a_length_keeps_the_connection)
{
	CHECK(!ANSWER(DYSK_WIRE_HEAD, "HTTP/1.1 404 N\r\n\r\n").rsp.close);
}

/* ---- Content-Length ------------------------------------------------------- */

TEST(a_sized_body_ends_where_it_says)
{
	check_body(DYSK_WIRE_READ, ERROR "Content-Length: 5\r\n\r\n",
		   "12345" NEXT, 1, 5);
	check_body(DYSK_WIRE_READ, ERROR "Content-Length: 5\r\n\r\n",
		   "1234", 0, 4);
	check_body(DYSK_WIRE_READ, ERROR "Content-Length: 5\r\n\r\n",
		   "", 0, 0);
}

/* ---- chunks --------------------------------------------------------------- */

/* Standard accounts answer 201 like that, premium ones with a length of 0. */
TEST(an_empty_chunked_body)
{
	check_body(DYSK_WIRE_WRITE, "HTTP/1.1 201 C\r\n" CHUNKED,
		   "0\r\n\r\n" NEXT, 1, 5);
}

TEST(a_chunked_error_text)
{
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED,
		   "d1\r\n"
		   "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\""
		   "?>\n<Error>\n  <Code>LeaseIdMissing</Code>\n  <Message>"
		   "There is currently a lease on the blob and no lease ID was"
		   " specified in the request.\n</Message>\n</Error>\r\n"
		   "0\r\n\r\n" NEXT, 1, 4 + 0xd1 + 2 + 5);
}

TEST(sizes_of_chunks_are_hexadecimal_in_any_case)
{
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED,
		   "00A\r\n0123456789\r\na\r\n0123456789\r\n000\r\n\r\n",
		   1, 5 + 12 + 3 + 12 + 5 + 2);
}

TEST(chunk_data_may_look_like_anything)
{
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED,
		   "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", 1, 17);
}

TEST(extensions_of_chunks_are_ignored)
{
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED,
		   "1;a=b;c=\"d\te\"\r\nx\r\n0 ;z\r\n\r\n", 1,
		   17 - 2 + 3 + 6 + 2);
}

TEST(trailers_are_ignored)
{
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED,
		   "0\r\nA: b\r\nContent-Length: 7\r\n\r\n" NEXT, 1, 30);
}

TEST(malformed_chunks_are_refused)
{
	static const struct {
		const char *body;
		size_t used;
	} cases[] = {
		{ "\r\n", 0 }, { ";a\r\n", 0 }, { " 1\r\n", 0 }, { "-1\r\n", 0 },
		{ "+1\r\n", 0 }, { "g\r\n", 0 }, { "0x1\r\n", 1 },
		{ "1\n", 1 }, { "1\r\r\n", 2 }, { "1;a\n", 3 },
		{ "1;\x01\r\n", 2 }, { "1;a\r;", 4 },
		{ "1\r\nxx\r\n", 4 }, { "1\r\nx\n", 4 }, { "1\r\nx\r\r", 5 },
		{ "1\r\nx\r\n\r\n", 6 },
		{ "0\r\n\n", 3 }, { "0\r\n\r\r", 4 }, { "0\r\nA: b\n", 7 },
		{ "0\r\nA: b\r\r", 8 }, { "0\r\n\x01", 3 },
		{ "0\r\nA\x7f\x01", 5 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check_body(DYSK_WIRE_WRITE, ERROR CHUNKED, cases[i].body,
			   -EPROTO, cases[i].used);
}

TEST(chunks_that_are_not_whole_need_more)
{
	static const char text[] = "3;x\r\nabc\r\n0\r\nT: v\r\n\r\n";
	char part[sizeof(text)];
	size_t len;

	for (len = 0; len < sizeof(text) - 1; len++) {
		memcpy(part, text, len);
		part[len] = '\0';
		check_body(DYSK_WIRE_WRITE, ERROR CHUNKED, part, 0, len);
	}
	check_body(DYSK_WIRE_WRITE, ERROR CHUNKED, text, 1, len);
}

/* ---- how long a body may be ----------------------------------------------- */

#define LIMIT	65536

/* The head, then @fill bytes, then @tail: what is said of it, and used? */
static void check_limit(const char *head, size_t fill, const char *tail,
			int result, size_t used)
{
	size_t head_len = strlen(head), tail_len = strlen(tail);
	size_t len = head_len + fill + tail_len;
	char *text = malloc(len);
	struct answer a;

	memcpy(text, head, head_len);
	memset(text + head_len, 'x', fill);
	memcpy(text + head_len + fill, tail, tail_len);
	a = answer_in_pieces(DYSK_WIRE_READ, text, len, 0);
	CHECK_INT(a.body, result);
	CHECK_INT(a.used, used);
	a = answer_in_pieces(DYSK_WIRE_READ, text, len, 4096);
	CHECK_INT(a.body, result);
	CHECK_INT(a.used, used);
	free(text);
}

TEST(a_sized_body_beyond_the_limit_is_refused_before_it_comes)
{
	check_limit(ERROR "Content-Length: 65536\r\n\r\n", LIMIT, "", 1, LIMIT);
	check_limit(ERROR "Content-Length: 65537\r\n\r\n", 0, "", -EMSGSIZE, 0);
	check_limit(ERROR "Content-Length: 18446744073709551615\r\n\r\n", 0, "",
		    -EMSGSIZE, 0);
}

TEST(a_body_without_an_end_is_refused_at_the_limit)
{
	check_limit(ERROR "\r\n", LIMIT, "", 0, LIMIT);
	check_limit(ERROR "\r\n", LIMIT + 1, "", -EMSGSIZE, LIMIT);
}

TEST(a_large_chunk_is_refused_at_its_size)
{
	check_limit(ERROR CHUNKED "10000\r\n", 100, "", 0, 7 + 100);
	check_limit(ERROR CHUNKED "10001\r\n", 100, "", -EMSGSIZE, 4);
	check_limit(ERROR CHUNKED "ffffffffffffffff1\r\n", 100, "",
		    -EMSGSIZE, 4);
	check_limit(ERROR CHUNKED "10000000000000001\r\n", 100, "",
		    -EMSGSIZE, 5);
}

TEST(many_chunks_are_refused_at_the_limit)
{
	/* 6 bytes before the data, 7 after */
	check_limit(ERROR CHUNKED "fff3\r\n", 0xfff3, "\r\n0\r\n\r\n",
		    1, LIMIT);
	check_limit(ERROR CHUNKED "fff4\r\n", 0xfff4, "\r\n0\r\n\r\n",
		    -EMSGSIZE, LIMIT);
}

TEST(endless_trailers_and_extensions_are_refused_at_the_limit)
{
	check_limit(ERROR CHUNKED "0\r\n", LIMIT, "", -EMSGSIZE, LIMIT);
	check_limit(ERROR CHUNKED "1;", LIMIT, "", -EMSGSIZE, LIMIT);
}

TEST(a_complete_answer_stays_complete)
{
	static const char text[] = ERROR "Content-Length: 1\r\n\r\n";
	struct dysk_wire_response rsp;
	size_t used;

	dysk_wire_response_init(&rsp, DYSK_WIRE_READ);
	CHECK(dysk_wire_response_head(&rsp, text, sizeof(text) - 1) > 0);
	CHECK_INT(dysk_wire_body_skip(&rsp, NULL, 0, &used), 0);
	CHECK_INT(dysk_wire_body_skip(&rsp, "x", 1, &used), 1);
	CHECK_INT(used, 1);
	CHECK_INT(dysk_wire_body_skip(&rsp, "y", 1, &used), 1);
	CHECK_INT(used, 0);
}
