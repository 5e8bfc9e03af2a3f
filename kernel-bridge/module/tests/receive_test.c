// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection does next, by what it has received for its request.
 */
#include "test.h"

#define ID_LINE		"x-ms-client-request-id: 00000000000000ab\r\n"
#define OTHER_LINE	"x-ms-client-request-id: 00000000000000aa\r\n"
#define CREATED		"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n"
#define PARTIAL		"HTTP/1.1 206 P\r\nContent-Length: 512\r\n" \
			"Content-Range: bytes 1024-1535/4096\r\n"
#define BUSY		"HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n"
#define MISSING		"HTTP/1.1 404 N\r\nContent-Length: 0\r\n" \
			"x-ms-error-code: BlobNotFound\r\n"

static const struct dysk_wire_request read = {
	.op = DYSK_WIRE_READ, .offset = 1024, .length = 512,
	.id = 0xab, .echoed = true,
};

static const struct dysk_wire_request write = {
	.op = DYSK_WIRE_WRITE, .offset = 1024, .length = 512, .epoch = 1048577,
	.conditional = true, .id = 0xab, .echoed = true,
};

static struct dysk_wire_response rsp;
static enum dysk_verdict verdict;
static size_t head;

static int received(const struct dysk_wire_request *req, const char *text,
		    bool all_sent)
{
	dysk_wire_response_init(&rsp, req->op);
	return dysk_wire_receive_head(req, &rsp, text, strlen(text), all_sent,
				      &head, &verdict);
}

TEST(a_head_that_is_not_whole_is_read_on)
{
	CHECK_INT(received(&write, CREATED ID_LINE, true), DYSK_TURN_HEAD);
	CHECK_INT(received(&write, "garbage", true), -EPROTO);
}

TEST(an_answer_is_whole_with_its_last_byte)
{
	CHECK_INT(received(&write, CREATED ID_LINE "\r\n", true),
		  DYSK_TURN_ANSWERED);
	CHECK_INT(verdict, DYSK_VERDICT_DONE);
	CHECK(dysk_wire_may_follow(&write, &rsp));
	CHECK_INT(received(&write, BUSY ID_LINE "\r\n12345", true),
		  DYSK_TURN_ANSWERED);
	CHECK_INT(verdict, DYSK_VERDICT_THROTTLED);
}

TEST(a_body_that_nobody_reads_is_read_to_its_end)
{
	CHECK_INT(received(&write, BUSY ID_LINE "\r\n12", true),
		  DYSK_TURN_BODY);
	CHECK_INT(dysk_wire_receive_body(&rsp, "34", 2), DYSK_TURN_BODY);
	CHECK_INT(dysk_wire_receive_body(&rsp, "5", 1), DYSK_TURN_ANSWERED);
}

TEST(what_follows_an_answer_makes_it_none)
{
	CHECK_INT(received(&write, CREATED ID_LINE "\r\nH", true), -EPROTO);
	CHECK_INT(received(&write, BUSY ID_LINE "\r\n123456", true),
		  -EPROTO);
	CHECK_INT(received(&write, BUSY ID_LINE "\r\n", true), DYSK_TURN_BODY);
	CHECK_INT(dysk_wire_receive_body(&rsp, "123456", 6), -EPROTO);
}

TEST(the_payload_of_a_read_is_the_callers)
{
	CHECK_INT(received(&read, PARTIAL ID_LINE "\r\ndata", true),
		  DYSK_TURN_PAYLOAD);
	CHECK_INT(verdict, DYSK_VERDICT_DONE);
	CHECK_INT(head, strlen(PARTIAL ID_LINE "\r\n"));
}

TEST(more_than_the_payload_is_none)
{
	static char text[1024];
	size_t len = strlen(PARTIAL ID_LINE "\r\n");

	memset(text, 'd', sizeof(text));
	memcpy(text, PARTIAL ID_LINE "\r\n", len);
	text[len + 512] = '\0';
	CHECK_INT(received(&read, text, true), DYSK_TURN_PAYLOAD);
	text[len + 512] = 'd';
	text[len + 513] = '\0';
	CHECK_INT(received(&read, text, true), -EPROTO);
}

TEST(the_answer_to_another_request_is_none_however_it_fits)
{
	CHECK_INT(received(&write, CREATED OTHER_LINE "\r\n", true), -EPROTO);
	CHECK_INT(received(&read, PARTIAL OTHER_LINE "\r\n", true), -EPROTO);
	CHECK_INT(received(&write, MISSING OTHER_LINE "\r\n", true), -EPROTO);
	CHECK_INT(received(&write, BUSY OTHER_LINE "\r\n12345", true),
		  -EPROTO);
}

TEST(nothing_is_done_before_it_is_all_sent)
{
	CHECK_INT(received(&write, CREATED ID_LINE "\r\n", false),
		  DYSK_TURN_ANSWERED);
	CHECK_INT(verdict, DYSK_VERDICT_UNKNOWN);
	CHECK_INT(received(&write, BUSY ID_LINE "\r\n12345", false),
		  DYSK_TURN_ANSWERED);
	CHECK_INT(verdict, DYSK_VERDICT_THROTTLED);
}

TEST(an_answer_without_an_id_is_the_last_of_its_connection)
{
	struct dysk_wire_request loose = write;

	CHECK_INT(received(&write, MISSING "\r\n", true), DYSK_TURN_ANSWERED);
	CHECK_INT(verdict, DYSK_VERDICT_GONE);
	CHECK(!dysk_wire_may_follow(&write, &rsp));
	/* of a service that repeats none, any may be */
	loose.echoed = false;
	CHECK(dysk_wire_may_follow(&loose, &rsp));
}

TEST(a_connection_that_the_server_ends_has_no_next_request)
{
	CHECK_INT(received(&write, CREATED ID_LINE "Connection: close\r\n\r\n",
			   true), DYSK_TURN_ANSWERED);
	CHECK(!dysk_wire_may_follow(&write, &rsp));
	/* nor is the end of a body waited for that ends with it */
	CHECK_INT(received(&write, "HTTP/1.1 503 B\r\n" ID_LINE "\r\nbusy",
			   true), DYSK_TURN_ANSWERED);
	CHECK(!dysk_wire_may_follow(&write, &rsp));
}
