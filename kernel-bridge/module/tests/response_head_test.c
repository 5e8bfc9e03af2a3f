// SPDX-License-Identifier: GPL-2.0
/*
 * Heads of answers.  Everything here is also fed in small pieces.
 */
#include <stdlib.h>

#include "response_fixture.h"

#define OK		"HTTP/1.1 200 OK\r\n"
#define END		"Content-Length: 0\r\n\r\n"

/* ---- what is taken -------------------------------------------------------- */

TEST(the_answer_to_a_write)
{
	static const char text[] =
		"HTTP/1.1 201 Created\r\n"
		"Content-Length: 0\r\n"
		"ETag: \"0x8DBD1F4E2A7C3B9\"\r\n"
		"Last-Modified: Sat, 21 Nov 2026 13:43:12 GMT\r\n"
		"Server: Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0\r\n"
		"x-ms-request-id: 7c1e2d3f-401e-0029-4f5a-5bd0f1000000\r\n"
		"x-ms-version: 2023-11-03\r\n"
		"x-ms-content-crc64: 3xVJb2Ecy1s=\r\n"
		"x-ms-blob-sequence-number: 1048577\r\n"
		"x-ms-request-server-encrypted: true\r\n"
		"Date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		"\r\n";
	struct answer a = ANSWER(DYSK_WIRE_WRITE, text);

	CHECK_INT(a.head, sizeof(text) - 1);
	CHECK_INT(a.body, 1);
	CHECK_INT(a.rsp.status, 201);
	CHECK(a.rsp.has_length);
	CHECK_INT(a.rsp.length, 0);
	CHECK(!a.rsp.chunked);
	CHECK(!a.rsp.close);
	CHECK(!a.rsp.has_range);
	CHECK(!a.rsp.has_retry_after);
	CHECK(a.rsp.has_sequence);
	CHECK_INT(a.rsp.sequence, 1048577);
	CHECK(a.rsp.has_date);
	CHECK_INT(a.rsp.date, 1795268593);
	CHECK_INT(a.rsp.blob_type, DYSK_BLOB_TYPE_NONE);
	CHECK_STR(a.rsp.etag, "\"0x8DBD1F4E2A7C3B9\"");
	CHECK_STR(a.rsp.error_code, "");
}

TEST(the_answer_to_a_read)
{
	static const char text[] =
		"HTTP/1.1 206 Partial Content\r\n"
		"Content-Length: 4\r\n"
		"Content-Type: application/octet-stream\r\n"
		"Content-Range: bytes 512-515/8796093022208\r\n"
		"x-ms-blob-type: PageBlob\r\n"
		"\r\n"
		"dataHTTP/1.1 206";
	struct answer a = ANSWER(DYSK_WIRE_READ, text);

	CHECK_INT(a.head, strstr(text, "data") - text);
	CHECK_INT(a.rsp.status, 206);
	CHECK_INT(a.rsp.length, 4);
	CHECK(a.rsp.has_range);
	CHECK_INT(a.rsp.range_first, 512);
	CHECK_INT(a.rsp.range_last, 515);
	CHECK_INT(a.rsp.range_total, 8796093022208);
	CHECK_INT(a.rsp.blob_type, DYSK_BLOB_TYPE_PAGE);
	CHECK_INT(a.body, 1);
	CHECK_INT(a.used, 4);
}

TEST(the_payload_of_a_read_is_counted_by_the_caller)
{
	static const char text[] =
		"HTTP/1.1 206 P\r\nContent-Length: 4194304\r\n\r\n";
	struct dysk_wire_response rsp;
	size_t used;

	dysk_wire_response_init(&rsp, DYSK_WIRE_READ);
	CHECK_INT(dysk_wire_response_head(&rsp, text, sizeof(text) - 1),
		  sizeof(text) - 1);
	CHECK_INT(rsp.body_left, 4194304);
	rsp.body_left = 0;
	CHECK_INT(dysk_wire_body_skip(&rsp, "HTTP", 4, &used), 1);
	CHECK_INT(used, 0);
}

TEST(names_of_headers_are_taken_in_any_case)
{
	struct answer a = ANSWER(DYSK_WIRE_READ,
		OK
		"CONTENT-LENGTH: 0\r\n"
		"content-range: BYTES 1-2/3\r\n"
		"X-Ms-Blob-Sequence-Number: 4\r\n"
		"X-MS-ERROR-CODE: Code\r\n"
		"X-MS-BLOB-TYPE: pageblob\r\n"
		"etag: e\r\n"
		"dATE: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		"RETRY-AFTER: 6\r\n"
		"CONNECTION: CLOSE\r\n"
		"\r\n");

	CHECK(a.head > 0);
	CHECK(a.rsp.has_length);
	CHECK(a.rsp.has_range);
	CHECK_INT(a.rsp.sequence, 4);
	CHECK_STR(a.rsp.error_code, "Code");
	CHECK_INT(a.rsp.blob_type, DYSK_BLOB_TYPE_PAGE);
	CHECK_STR(a.rsp.etag, "e");
	CHECK(a.rsp.has_date);
	CHECK_INT(a.rsp.retry_after, 6);
	CHECK(a.rsp.close);
}

TEST(names_that_only_resemble_known_ones_are_passed_over)
{
	struct answer a = ANSWER(DYSK_WIRE_READ,
		OK
		"Content-Lengtj: 5\r\n"
		"Content_Length: 5\r\n"
		"Xontent-Length: 5\r\n"
		"Content-Length2: 5\r\n"
		"X-Content-Length: 5\r\n"
		"Etab: e\r\n"
		"x-ms-blob-sequence-numbes: 5\r\n"
		"\r\n");

	CHECK(a.head > 0);
	CHECK(!a.rsp.has_length);
	CHECK(!a.rsp.has_sequence);
	CHECK_STR(a.rsp.etag, "");
}

TEST(blanks_and_tabs_around_a_value_do_not_count)
{
	struct answer a = ANSWER(DYSK_WIRE_READ,
		OK
		"Content-Length:\t 17 \t\r\n"
		"ETag:e\r\n"
		"x-ms-error-code:   \r\n"
		"\r\n");

	CHECK(a.head > 0);
	CHECK_INT(a.rsp.length, 17);
	CHECK_STR(a.rsp.etag, "e");
	CHECK_STR(a.rsp.error_code, "");
}

TEST(the_reason_may_be_long_empty_or_missing)
{
	CHECK(ANSWER(DYSK_WIRE_READ, "HTTP/1.1 200\r\n" END).head > 0);
	CHECK(ANSWER(DYSK_WIRE_READ, "HTTP/1.1 200 \r\n" END).head > 0);
	CHECK(ANSWER(DYSK_WIRE_READ, "HTTP/1.1 412 The lease ID specified did"
		     " not match: 200 OK\tHTTP/1.1 \xc3\xa9\r\n" END).head > 0);
}

/* ---- when the connection ends --------------------------------------------- */

TEST(http_1_0_ends_the_connection)
{
	CHECK(ANSWER(DYSK_WIRE_READ, "HTTP/1.0 200 OK\r\n" END).rsp.close);
	CHECK(ANSWER(DYSK_WIRE_READ,
		     "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" END)
	      .rsp.close);
}

TEST(close_may_stand_anywhere_in_the_list_of_connection_options)
{
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Connection: close\r\n" END).rsp.close);
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Connection: Close\r\n" END).rsp.close);
	CHECK(ANSWER(DYSK_WIRE_READ,
		     OK "Connection: a, close ,b\r\n" END).rsp.close);
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Connection: ,\tclose\r\n" END)
	      .rsp.close);
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Connection: close\r\n"
		     "Connection: keep-alive\r\n" END).rsp.close);
	CHECK(!ANSWER(DYSK_WIRE_READ, OK "Connection: keep-alive\r\n" END)
	      .rsp.close);
	CHECK(!ANSWER(DYSK_WIRE_READ, OK "Connection: closed, clos\r\n" END)
	      .rsp.close);
	CHECK(!ANSWER(DYSK_WIRE_READ, OK "Connection:\r\n" END).rsp.close);
}

TEST(without_any_length_the_body_ends_with_the_connection)
{
	struct answer a = ANSWER(DYSK_WIRE_READ, OK "\r\nabc");

	CHECK(a.head > 0);
	CHECK(a.rsp.close);
	CHECK_INT(a.body, 0);
	CHECK_INT(a.used, 3);
}

/* ---- interim answers ------------------------------------------------------ */

TEST(interim_answers_are_skipped_with_all_they_say)
{
	struct answer a = ANSWER(DYSK_WIRE_WRITE,
		"HTTP/1.1 100 Continue\r\n\r\n"
		"HTTP/1.0 102 Processing\r\n"
		"Content-Length: 77\r\n"
		"ETag: interim\r\n"
		"x-ms-error-code: Interim\r\n"
		"Connection: close\r\n"
		"Transfer-Encoding: chunked\r\n"
		"x-ms-blob-sequence-number: 9\r\n"
		"\r\n"
		"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

	CHECK(a.head > 0);
	CHECK_INT(a.rsp.status, 201);
	CHECK_INT(a.rsp.length, 0);
	CHECK_STR(a.rsp.etag, "");
	CHECK_STR(a.rsp.error_code, "");
	CHECK(!a.rsp.close);
	CHECK(!a.rsp.chunked);
	CHECK(!a.rsp.has_sequence);
	CHECK_INT(a.body, 1);
}

#define CONTINUE	"HTTP/1.1 100 Continue\r\n\r\n"
#define CONTINUE_8	CONTINUE CONTINUE CONTINUE CONTINUE \
			CONTINUE CONTINUE CONTINUE CONTINUE

TEST(the_number_of_interim_answers_is_bounded)
{
	CHECK(ANSWER(DYSK_WIRE_WRITE, CONTINUE_8 OK END).head > 0);
	CHECK_INT(ANSWER(DYSK_WIRE_WRITE, CONTINUE_8 CONTINUE OK END).head,
		  -EPROTO);
}

TEST(an_interim_answer_alone_is_no_answer)
{
	CHECK_INT(ANSWER(DYSK_WIRE_WRITE, CONTINUE).head, 0);
}

TEST(switching_protocols_is_refused)
{
	CHECK_INT(ANSWER(DYSK_WIRE_WRITE,
			 "HTTP/1.1 101 Switching Protocols\r\n\r\n").head,
		  -EPROTO);
}

/* ---- not HTTP ------------------------------------------------------------- */

TEST(garbage_is_known_by_its_first_bytes)
{
	static const char * const texts[] = {
		"\x15\x03\x01", "<html>", "HTTP/2", "HTTP/1,", "http/1.1 200",
		" HTTP/1.1", "\r", "\n", "ICY 200 OK", "SSH-2.0-", "H\r", "X",
	};
	struct dysk_wire_response rsp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		dysk_wire_response_init(&rsp, DYSK_WIRE_READ);
		if (!CHECK_INT(dysk_wire_response_head(&rsp, texts[i],
						       strlen(texts[i])),
			       -EPROTO))
			printf("        %s\n", texts[i]);
	}
}

TEST(a_head_that_is_not_whole_needs_more)
{
	static const char text[] = OK "ETag: e\r\n" END;
	size_t len;

	for (len = 0; len < sizeof(text) - 1; len++)
		CHECK_INT(answer_of(DYSK_WIRE_READ, text, len).head, 0);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, text).head, sizeof(text) - 1);
}

TEST(malformed_heads_are_refused)
{
	static const char * const texts[] = {
		/* status lines */
		"HTTP/1.1\r\n" END,
		"HTTP/1.1 \r\n" END,
		"HTTP/1.1 20\r\n" END,
		"HTTP/1.1 2000\r\n" END,
		"HTTP/1.1 2x0 OK\r\n" END,
		"HTTP/1.1  200 OK\r\n" END,
		"HTTP/1.1\t200 OK\r\n" END,
		"HTTP/1.1 099 OK\r\n" END,
		"HTTP/1.1 000 OK\r\n" END,
		"HTTP/1.1 -20 OK\r\n" END,
		"HTTP/1.1 200OK\r\n" END,
		"HTTP/1.2 200 OK\r\n" END,
		"HTTP/1.x 200 OK\r\n" END,
		"HTTP/2.0 200 OK\r\n" END,
		"HTTP/11 200 OK\r\n" END,
		"\r\n" OK END,
		/* ends of lines */
		"HTTP/1.1 200 OK\n" END,
		OK "ETag: e\n" END,
		OK "ETag: e\r" END,
		OK "ETag: e\r\r\n" END,
		OK "ETag: e\r \n" END,
		OK "Content-Length: 0\r\n\n",
		OK "Content-Length: 0\r\n\r.",
		/* control characters */
		OK "ETag: a\x01z\r\n" END,
		OK "ETag: a\x1fz\r\n" END,
		OK "ETag: \x0b\r\n" END,
		OK "Other: \x0c\r\n" END,
		/* names */
		OK "ETag\r\n" END,
		OK ": value\r\n" END,
		OK "ETag : e\r\n" END,
		OK "E Tag: e\r\n" END,
		OK "E\tTag: e\r\n" END,
		OK "\xc3\xa9: e\r\n" END,
		OK "E\x7f: e\r\n" END,
		/* folded lines */
		OK "ETag: e\r\n more\r\n" END,
		OK "ETag: e\r\n\tmore\r\n" END,
		OK " ETag: e\r\n" END,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!CHECK_INT(answer_of(DYSK_WIRE_READ, texts[i],
					 strlen(texts[i])).head, -EPROTO))
			printf("        %s\n", texts[i]);
}

TEST(a_nul_in_a_head_is_refused_wherever_it_stands)
{
	static const char text[] = OK "ETag: e\r\nX: y\r\n" END;
	char bad[sizeof(text)];
	size_t i;

	for (i = 0; i < sizeof(text) - 1; i++) {
		memcpy(bad, text, sizeof(text));
		bad[i] = '\0';
		CHECK_INT(answer_of(DYSK_WIRE_READ, bad, sizeof(bad) - 1).head,
			  -EPROTO);
	}
}

/* ---- lengths -------------------------------------------------------------- */

TEST(a_length_that_is_no_number_is_refused)
{
	static const char * const values[] = {
		"", "-1", "+1", "1 ,", "0x10", "1.0", "1 2", "1,1", "a", "1a",
		"18446744073709551616", "99999999999999999999999999",
	};
	char text[128];
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		len = snprintf(text, sizeof(text),
			       OK "Content-Length: %s\r\n\r\n", values[i]);
		if (!CHECK_INT(answer_of(DYSK_WIRE_READ, text, (size_t)len)
			       .head, -EPROTO))
			printf("        %s\n", values[i]);
	}
}

TEST(the_largest_numbers_are_taken)
{
	struct answer a = ANSWER(DYSK_WIRE_HEAD,
		OK "Content-Length: 18446744073709551615\r\n"
		"x-ms-blob-sequence-number: 9223372036854776000\r\n"
		"Content-Range: bytes 18446744073709551614-18446744073709551615"
		"/18446744073709551615\r\n\r\n");

	CHECK(a.head > 0);
	CHECK(a.rsp.length == U64_MAX);
	/* what Azurite makes of 2^63 - 1 */
	CHECK(a.rsp.sequence == 9223372036854776000ULL);
	CHECK(a.rsp.range_last == U64_MAX);
}

TEST(zeros_before_a_number_do_not_matter)
{
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Length: "
			 "0000000000000000000000000000000000005\r\n\r\n")
		  .rsp.length, 5);
}

TEST(two_lengths_must_agree)
{
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Content-Length: 5\r\n"
		     "Content-Length: 5\r\n\r\n").head > 0);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Length: 5\r\n"
			 "Content-Length: 6\r\n\r\n").head, -EPROTO);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Length: 0\r\n"
			 "content-length: 6\r\n\r\n").head, -EPROTO);
}

TEST(a_length_and_chunks_contradict_each_other)
{
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Length: 5\r\n"
			 "Transfer-Encoding: chunked\r\n\r\n").head, -EPROTO);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Transfer-Encoding: chunked\r\n"
			 "Content-Length: 5\r\n\r\n").head, -EPROTO);
}

TEST(chunked_is_the_only_transfer_coding)
{
	static const char * const values[] = {
		"", "gzip", "identity", "gzip, chunked", "chunked, gzip",
		"chunked, chunked", "xchunked", "chunked;q=1", "chunke",
	};
	char text[128];
	size_t i;
	int len;

	CHECK(ANSWER(DYSK_WIRE_READ,
		     OK "transfer-encoding: Chunked\r\n\r\n").rsp.chunked);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Transfer-Encoding: chunked\r\n"
			 "Transfer-Encoding: chunked\r\n\r\n").head, -EPROTO);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		len = snprintf(text, sizeof(text),
			       OK "Transfer-Encoding: %s\r\n\r\n", values[i]);
		if (!CHECK_INT(answer_of(DYSK_WIRE_READ, text, (size_t)len)
			       .head, -EPROTO))
			printf("        %s\n", values[i]);
	}
}

/* ---- ranges and sequence numbers ------------------------------------------ */

TEST(a_range_that_names_no_bytes_is_no_range)
{
	/* the answer 416 to a read beyond the end */
	CHECK(!ANSWER(DYSK_WIRE_READ, "HTTP/1.1 416 R\r\n"
		      "Content-Range: bytes */1024\r\n" END).rsp.has_range);
	CHECK(!ANSWER(DYSK_WIRE_READ, OK
		      "Content-Range: bytes 0-511/*\r\n" END).rsp.has_range);
}

/* Azurite, to a read that begins at the end: 206 with nothing in it. */
TEST(a_range_may_be_turned_round)
{
	struct answer a = ANSWER(DYSK_WIRE_READ, "HTTP/1.1 206 P\r\n"
		"Content-Range: bytes 1024-1023/1024\r\n" END);

	CHECK(a.rsp.has_range);
	CHECK_INT(a.rsp.range_first, 1024);
	CHECK_INT(a.rsp.range_last, 1023);
}

TEST(malformed_ranges_are_refused)
{
	static const char * const values[] = {
		"", "bytes", "bytes ", "bytes 0", "bytes 0-", "bytes 0-1",
		"bytes 0-1/", "bytes -1/2", "bytes 0-1/2,", "bytes 0-1/2 3",
		"bytes=0-1/2", "bytes  0-1/2", "bytes 0 - 1/2", "items 0-1/2",
		"bytes 0-1/-2", "bytes 0-18446744073709551616/2",
		"bytes 18446744073709551616-1/2", "bytes *", "bytes *-1/2",
		"bytes 0-1/**", "bytes 0-*/2", "0-1/2",
		"bytes 0-1/18446744073709551616",
	};
	char text[128];
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		len = snprintf(text, sizeof(text),
			       OK "Content-Range: %s\r\n" END, values[i]);
		if (!CHECK_INT(answer_of(DYSK_WIRE_READ, text, (size_t)len)
			       .head, -EPROTO))
			printf("        %s\n", values[i]);
	}
}

TEST(two_ranges_must_agree)
{
	CHECK(ANSWER(DYSK_WIRE_READ, OK "Content-Range: bytes 0-1/2\r\n"
		     "Content-Range: bytes 0-1/2\r\n" END).head > 0);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Range: bytes 0-1/2\r\n"
			 "Content-Range: bytes 0-1/3\r\n" END).head, -EPROTO);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Range: bytes 0-1/2\r\n"
			 "Content-Range: bytes 1-1/2\r\n" END).head, -EPROTO);
	CHECK_INT(ANSWER(DYSK_WIRE_READ, OK "Content-Range: bytes 0-1/2\r\n"
			 "Content-Range: bytes 0-0/2\r\n" END).head, -EPROTO);
}

TEST(two_sequence_numbers_must_agree)
{
	CHECK(ANSWER(DYSK_WIRE_RAISE, OK "x-ms-blob-sequence-number: 5\r\n"
		     "x-ms-blob-sequence-number: 5\r\n" END).head > 0);
	CHECK_INT(ANSWER(DYSK_WIRE_RAISE, OK "x-ms-blob-sequence-number: 5\r\n"
			 "x-ms-blob-sequence-number: 6\r\n" END).head, -EPROTO);
	CHECK_INT(ANSWER(DYSK_WIRE_RAISE,
			 OK "x-ms-blob-sequence-number: x\r\n" END).head,
		  -EPROTO);
}

/* ---- whose answer it is --------------------------------------------------- */

#define REPEATED(value)	ANSWER(DYSK_WIRE_WRITE, OK \
			       "x-ms-client-request-id: " value "\r\n" END)

TEST(the_id_of_its_request)
{
	static const struct {
		const char *text;
		u64 id;
	} ids[] = {
		{ "0123456789abcdef", 0x0123456789abcdefULL },
		{ "fedcba9876543210", 0xfedcba9876543210ULL },
		{ "0000000000000001", 1 },
		{ "ffffffffffffffff", U64_MAX },
		{ "8000000000000000", 1ULL << 63 },
		{ "00000000ffffffff", U32_MAX },
		{ "0000000100000000", 1ULL << 32 },
		{ "99999999aaaaaaaa", 0x99999999aaaaaaaaULL },
	};
	char text[128];
	struct answer a;
	size_t i;
	int len;

	CHECK(!ANSWER(DYSK_WIRE_WRITE, OK END).rsp.has_id);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		len = snprintf(text, sizeof(text), OK
			       "X-MS-Client-Request-Id:\t%s \r\n" END,
			       ids[i].text);
		a = answer_of(DYSK_WIRE_WRITE, text, (size_t)len);
		CHECK(a.head > 0 && a.rsp.has_id && a.rsp.id == ids[i].id);
	}
}

/* Nobody's: no request has the id 0. */
TEST(an_id_that_is_not_written_as_ours_are_is_nobodys)
{
	static const char * const others[] = {
		"", "0", "123456789abcdef", "00123456789abcdef",
		"0123456789ABCDEF", "0123456789abcdeF", "0123456789abcdeg",
		"g123456789abcdef", "01234567 89abcde", "0123456\t89abcdef",
		"0x23456789abcdef", "-123456789abcdef", "+000000000000001",
		"0123456789abcde/", "0123456789abcde:", "0123456789abcde`",
		"0123456789abcde@", "\xff\xff\xff\xff\xff\xff\xff\xff"
		"\xff\xff\xff\xff\xff\xff\xff\xff",
		"3f2504e0-4f89-41d3-9a0c-0305e82c3301",
	};
	char text[128];
	struct answer a;
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		len = snprintf(text, sizeof(text), OK
			       "x-ms-client-request-id: %s\r\n" END,
			       others[i]);
		a = answer_of(DYSK_WIRE_WRITE, text, (size_t)len);
		CHECK(a.head > 0 && a.rsp.has_id && !a.rsp.id);
	}
}

/* Each byte at each place: taken as a digit if it is one, and never else. */
TEST(every_byte_of_an_id_counts)
{
	static const char digits[] = "0123456789abcdef";
	char text[] = OK "x-ms-client-request-id: aaaaaaaaaaaaaaaa\r\n" END;
	char *id = strstr(text, "aaaa");
	struct answer a;
	const char *digit;
	size_t place;
	u64 expected;
	int byte;

	for (place = 0; place < 16; place++) {
		for (byte = ' ' + 1; byte < 256; byte++) {
			id[place] = (char)byte;
			digit = strchr(digits, byte);
			expected = 0xaaaaaaaaaaaaaaaaULL;
			expected &= ~(0xfULL << (60 - 4 * place));
			expected |= (u64)(digit ? digit - digits : 0)
				    << (60 - 4 * place);
			a = answer_in_pieces(DYSK_WIRE_WRITE, text,
					     sizeof(text) - 1, 0);
			CHECK(a.head > 0 && a.rsp.has_id);
			CHECK(a.rsp.id == (digit ? expected : 0));
		}
		id[place] = 'a';
	}
}

TEST(two_ids_that_differ_are_nobodys)
{
	struct answer a = REPEATED("00000000000000ab\r\n"
				   "x-ms-client-request-id: 00000000000000ab");

	CHECK(a.rsp.has_id);
	CHECK_INT(a.rsp.id, 0xab);
	a = REPEATED("00000000000000ab\r\n"
		     "x-ms-client-request-id: 00000000000000ac");
	CHECK(a.rsp.has_id);
	CHECK_INT(a.rsp.id, 0);
	a = REPEATED("00000000000000ab\r\nx-ms-client-request-id: x\r\n"
		     "x-ms-client-request-id: 00000000000000ab");
	CHECK_INT(a.rsp.id, 0);
}

TEST(the_id_of_an_interim_answer_is_not_that_of_the_answer)
{
	struct answer a = ANSWER(DYSK_WIRE_WRITE, "HTTP/1.1 100 Continue\r\n"
			"x-ms-client-request-id: 00000000000000ab\r\n\r\n"
			OK END);

	CHECK(a.head > 0 && !a.rsp.has_id);
}

/* ---- what is only for people and for waiting ------------------------------ */

TEST(an_error_code_cannot_harm_a_log)
{
	CHECK_STR(ANSWER(DYSK_WIRE_READ, OK
			 "x-ms-error-code: Az09.-_\r\n" END).rsp.error_code,
		  "Az09.-_");
	/* as Azurite says it */
	CHECK_STR(ANSWER(DYSK_WIRE_READ, "HTTP/1.1 416 R\r\nx-ms-error-code: "
			 "Requested Range Not Satisfiable\r\n" END)
		  .rsp.error_code, "Requested_Range_Not_Satisfiable");
	CHECK_STR(ANSWER(DYSK_WIRE_READ, OK
			 "x-ms-error-code: %s\"'<\xff\x1b\r\n" END)
		  .rsp.error_code, "");		/* ESC: refused as a whole */
	CHECK_STR(ANSWER(DYSK_WIRE_READ, OK
			 "x-ms-error-code: %s\"'<\xff\r\n" END)
		  .rsp.error_code, "_s____");
}

TEST(a_long_error_code_is_cut)
{
	struct answer a = ANSWER(DYSK_WIRE_READ, OK "x-ms-error-code: "
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789\r\n" END);

	CHECK_STR(a.rsp.error_code, "0123456789012345678901234567890123456789"
		  "01234567890123456789012");
}

TEST(the_first_error_code_counts)
{
	CHECK_STR(ANSWER(DYSK_WIRE_READ, OK "x-ms-error-code: A\r\n"
			 "x-ms-error-code: B\r\n" END).rsp.error_code, "A");
}

TEST(an_etag_that_could_not_be_sent_back_is_none)
{
	char text[512];
	int len;

	CHECK_STR(ANSWER(DYSK_WIRE_HEAD, OK "ETag: W/\"a\"\r\n" END).rsp.etag,
		  "W/\"a\"");
	CHECK_STR(ANSWER(DYSK_WIRE_HEAD, OK "ETag: \"a b\"\r\n" END).rsp.etag,
		  "");
	CHECK_STR(ANSWER(DYSK_WIRE_HEAD, OK "ETag: \"\xc3\xa9\"\r\n" END)
		  .rsp.etag, "");
	CHECK_STR(ANSWER(DYSK_WIRE_HEAD, OK "ETag: \"\ta\"\r\n" END).rsp.etag,
		  "");
	len = snprintf(text, sizeof(text), OK "ETag: %0127d\r\n" END, 0);
	CHECK_INT(strlen(answer_of(DYSK_WIRE_HEAD, text, (size_t)len).rsp.etag),
		  127);
	len = snprintf(text, sizeof(text), OK "ETag: %0128d\r\n" END, 0);
	CHECK_STR(answer_of(DYSK_WIRE_HEAD, text, (size_t)len).rsp.etag, "");
}

TEST(a_date_that_cannot_be_read_is_none)
{
	CHECK(!ANSWER(DYSK_WIRE_HEAD, OK "Date: yesterday\r\n" END)
	      .rsp.has_date);
	CHECK(!ANSWER(DYSK_WIRE_HEAD, OK "Date:\r\n" END).rsp.has_date);
}

TEST(retry_after_is_taken_in_seconds)
{
	struct answer a;

	a = ANSWER(DYSK_WIRE_HEAD, OK "Retry-After: 0\r\n" END);
	CHECK(a.rsp.has_retry_after);
	CHECK_INT(a.rsp.retry_after, 0);
	a = ANSWER(DYSK_WIRE_HEAD, OK "Retry-After: 4294967296\r\n" END);
	CHECK_INT(a.rsp.retry_after, U32_MAX);
	a = ANSWER(DYSK_WIRE_HEAD, OK "Retry-After: -1\r\n" END);
	CHECK(!a.rsp.has_retry_after);
	a = ANSWER(DYSK_WIRE_HEAD,
		   OK "Retry-After: Sat, 21 Nov 2026 13:43:13 GMT\r\n" END);
	CHECK(!a.rsp.has_retry_after);
}

TEST(types_of_blobs)
{
	CHECK_INT(ANSWER(DYSK_WIRE_HEAD, OK "x-ms-blob-type: PageBlob\r\n" END)
		  .rsp.blob_type, DYSK_BLOB_TYPE_PAGE);
	CHECK_INT(ANSWER(DYSK_WIRE_HEAD, OK "x-ms-blob-type: BlockBlob\r\n" END)
		  .rsp.blob_type, DYSK_BLOB_TYPE_OTHER);
	CHECK_INT(ANSWER(DYSK_WIRE_HEAD, OK "x-ms-blob-type:\r\n" END)
		  .rsp.blob_type, DYSK_BLOB_TYPE_OTHER);
	CHECK_INT(ANSWER(DYSK_WIRE_HEAD, OK "x-ms-blob-type: PageBlob\r\n"
			 "x-ms-blob-type: BlockBlob\r\n" END)
		  .rsp.blob_type, DYSK_BLOB_TYPE_OTHER);
	CHECK_INT(ANSWER(DYSK_WIRE_HEAD, OK "x-ms-blob-type: BlockBlob\r\n"
			 "x-ms-blob-type: PageBlob\r\n" END)
		  .rsp.blob_type, DYSK_BLOB_TYPE_OTHER);
}

/* ---- how long a head may be ----------------------------------------------- */

/* A head of @len bytes, filled up with one header; NUL terminated. */
static char *head_of(size_t len)
{
	static const char first[] = OK "X: ";
	static const char last[] = "\r\n\r\n";
	char *text = malloc(len + 1);

	memset(text, 'x', len);
	memcpy(text, first, sizeof(first) - 1);
	memcpy(text + len - 4, last, sizeof(last));
	return text;
}

TEST(a_head_may_be_as_long_as_the_limit_and_no_longer)
{
	char *text = head_of(DYSK_WIRE_HEAD_MAX);

	CHECK_INT(answer_of(DYSK_WIRE_READ, text, DYSK_WIRE_HEAD_MAX).head,
		  DYSK_WIRE_HEAD_MAX);
	CHECK_INT(answer_of(DYSK_WIRE_READ, text, DYSK_WIRE_HEAD_MAX - 1).head,
		  0);
	free(text);
	text = head_of(DYSK_WIRE_HEAD_MAX + 1);
	CHECK_INT(answer_of(DYSK_WIRE_READ, text, DYSK_WIRE_HEAD_MAX + 1).head,
		  -EMSGSIZE);
	free(text);
}

TEST(an_endless_head_ends_at_the_limit)
{
	static const char unit[] = "A: b\r\n";
	char text[3 * DYSK_WIRE_HEAD_MAX];
	size_t at = sizeof(OK) - 1;

	memcpy(text, OK, at);
	for (; at + sizeof(unit) < sizeof(text); at += sizeof(unit) - 1)
		memcpy(text + at, unit, sizeof(unit) - 1);
	CHECK_INT(answer_of(DYSK_WIRE_READ, text, at).head, -EMSGSIZE);
	CHECK_INT(answer_of(DYSK_WIRE_READ, text, DYSK_WIRE_HEAD_MAX).head,
		  -EMSGSIZE);
	CHECK_INT(answer_of(DYSK_WIRE_READ, text, DYSK_WIRE_HEAD_MAX - 1).head,
		  0);
}

/* What was passed is not looked at again: it may even be destroyed. */
static void check_looked_at_once(const char *first)
{
	size_t at = strlen(first) + 8;
	struct dysk_wire_response rsp;
	char *text = head_of(DYSK_WIRE_HEAD_MAX);
	size_t len;

	memcpy(text, first, strlen(first));
	memset(text + strlen(first), 'x', DYSK_WIRE_HEAD_MAX - strlen(first));
	dysk_wire_response_init(&rsp, DYSK_WIRE_READ);
	for (len = 1; len < DYSK_WIRE_HEAD_MAX; len++) {
		CHECK_INT(dysk_wire_response_head(&rsp, text, len), 0);
		if (len > at)
			text[len - 3] = '\n';
	}
	free(text);
}

TEST(every_byte_of_a_head_is_looked_at_once_however_it_comes)
{
	check_looked_at_once("HTTP/1.1 200 ");
	check_looked_at_once(OK);
	check_looked_at_once(OK "X: ");
	check_looked_at_once(OK "ETag: e\r\nX:");
}
