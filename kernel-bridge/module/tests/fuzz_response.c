// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as an answer.  How they are cut into pieces must not
 * matter, and what is called done must be what was asked for.
 *
 * Input: which request (bit 7: of a service that repeats ids), how to cut, the
 * answer.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "response_fixture.h"

static const struct dysk_wire_request requests[] = {
	{ .id = 0xab, .op = DYSK_WIRE_READ, .offset = 1024, .length = 512 },
	{ .id = 0xab, .op = DYSK_WIRE_WRITE, .offset = 1024, .length = 512,
	  .epoch = 1048577, .conditional = true },
	{ .id = 0xab, .op = DYSK_WIRE_CLEAR, .offset = 1024, .length = 512 },
	{ .id = 0xab, .op = DYSK_WIRE_HEAD },
	{ .id = 0xab, .op = DYSK_WIRE_RAISE, .epoch = 1048578 },
	{ .id = 0xab, .op = DYSK_WIRE_WRITE, .offset = 1024, .length = 512 },
};

static void check_texts(const struct dysk_wire_response *rsp)
{
	const char *c;

	CHECK(memchr(rsp->error_code, 0, sizeof(rsp->error_code)));
	CHECK(memchr(rsp->etag, 0, sizeof(rsp->etag)));
	for (c = rsp->error_code; *c; c++)
		CHECK(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789._-", *c));
	for (c = rsp->etag; *c; c++)
		CHECK(*c > ' ' && *c <= '~');
}

static void check_done(const struct dysk_wire_request *req,
		       const struct dysk_wire_response *rsp)
{
	CHECK(rsp->has_id ? rsp->id == req->id : !req->echoed);
	switch (req->op) {
	case DYSK_WIRE_READ:
		CHECK(rsp->status == 206 && rsp->has_length && rsp->has_range);
		CHECK(rsp->length == 512 && rsp->body_left == 512);
		CHECK(rsp->range_first == 1024 && rsp->range_last == 1535);
		CHECK(rsp->range_total >= 1536 && !rsp->chunked);
		CHECK(rsp->blob_type != DYSK_BLOB_TYPE_OTHER);
		break;
	case DYSK_WIRE_WRITE:
	case DYSK_WIRE_CLEAR:
		CHECK(rsp->status == 201);
		CHECK(!req->conditional || !rsp->has_sequence ||
		      rsp->sequence >= req->epoch);
		break;
	case DYSK_WIRE_HEAD:
		CHECK(rsp->status == 200 && rsp->has_length);
		break;
	case DYSK_WIRE_RAISE:
		CHECK(rsp->status == 200 && rsp->has_sequence);
		break;
	}
}

static void check_answer(const struct answer *a, size_t len)
{
	CHECK(a->head == -EPROTO || a->head == -EMSGSIZE || a->head >= 0);
	if (a->head <= 0)
		return;
	CHECK((size_t)a->head <= len && a->head <= DYSK_WIRE_HEAD_MAX);
	CHECK((size_t)a->head + a->used <= len && a->used <= 65536);
	CHECK(a->body == 0 || a->body == 1 || a->body == -EPROTO ||
	      a->body == -EMSGSIZE);
	CHECK(a->rsp.status >= 200 && a->rsp.status <= 999);
	CHECK(!a->rsp.chunked || !a->rsp.has_length);
	check_texts(&a->rsp);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct dysk_wire_request req;
	struct answer whole, pieces;
	struct dysk_wire_response head;
	const char *text;
	size_t piece, len;

	if (size < 2)
		return 0;
	req = requests[data[0] % 128 % ARRAY_SIZE(requests)];
	req.echoed = data[0] & 128;
	piece = 1 + data[1] % 61;
	text = (const char *)data + 2;
	len = size - 2;

	whole = answer_in_pieces(req.op, text, len, 0);
	check_answer(&whole, len);
	pieces = answer_in_pieces(req.op, text, len, piece);
	CHECK(answers_agree(&whole, &pieces));
	if (whole.head <= 0)
		return 0;

	dysk_wire_response_init(&head, req.op);
	CHECK(dysk_wire_response_head(&head, text, len) == whole.head);
	CHECK(dysk_wire_judge(&req, &head) == dysk_wire_judge(&req, &pieces.rsp));
	if (dysk_wire_judge(&req, &head) == DYSK_VERDICT_DONE)
		check_done(&req, &head);
	return 0;
}
