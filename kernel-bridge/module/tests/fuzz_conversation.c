// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as all that a server ever says on a connection, while
 * one request after the other is sent there.  Done is only what was answered
 * with the id of that very request, and none is answered by bytes that were
 * there before it.
 *
 * Input: the seed of the lengths of pieces; for each of REQUESTS requests a
 * byte of choices and two of how much of the stream has come by the time when
 * the connection looks whether it is quiet; the stream.
 */
#include <stdlib.h>

#include "fuzz.h"

#define REQUESTS	4
#define FIXED		(1 + 3 * REQUESTS)

/* What has come, what of it is read, and what is said in the end. */
struct stream {
	const char *bytes;
	size_t len;
	size_t read;
	u64 random;
};

static size_t receive(struct stream *s, char *buf, size_t room)
{
	size_t piece = 1 + (size_t)(test_random(&s->random) >> 8) % 1500;

	if (piece > room)
		piece = room;
	if (piece > s->len - s->read)
		piece = s->len - s->read;
	memcpy(buf, s->bytes + s->read, piece);
	s->read += piece;
	return piece;
}

/* As conn.c does it. True: answered, with @verdict. */
static bool converse(const struct dysk_wire_request *req, bool all_sent,
		     struct stream *s, struct dysk_wire_response *rsp,
		     enum dysk_verdict *verdict)
{
	char *rx = malloc(DYSK_WIRE_HEAD_MAX);
	int turn = DYSK_TURN_HEAD;
	size_t head, got, len = 0;

	dysk_wire_response_init(rsp, req->op);
	while (turn == DYSK_TURN_HEAD) {
		got = receive(s, rx + len, DYSK_WIRE_HEAD_MAX - len);
		if (!got)
			break;
		len += got;
		turn = dysk_wire_receive_head(req, rsp, rx, len, all_sent,
					      &head, verdict);
		CHECK(turn == DYSK_TURN_HEAD || turn < 0 || head <= len);
	}
	while (turn == DYSK_TURN_BODY) {
		got = receive(s, rx, DYSK_WIRE_HEAD_MAX);
		if (!got)
			break;
		turn = dysk_wire_receive_body(rsp, rx, got);
	}
	if (turn == DYSK_TURN_PAYLOAD) {
		CHECK(*verdict == DYSK_VERDICT_DONE && len - head <= req->length);
		for (len -= head; len < req->length; len += got) {
			got = receive(s, rx, req->length - len);
			if (!got)
				break;
		}
		if (len == req->length)
			turn = DYSK_TURN_ANSWERED;
	}
	free(rx);
	return turn == DYSK_TURN_ANSWERED;
}

static bool contains(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= len; i++)
		if (!memcmp(text + i, word, n))
			return true;
	return false;
}

/* @text: what was read for it, and nothing else. */
static void check_done(const struct dysk_wire_request *req,
		       const char *text, size_t len)
{
	char id[17];

	snprintf(id, sizeof(id), "%016llx", (unsigned long long)req->id);
	CHECK(!req->echoed || contains(text, len, id));
	CHECK(len > req->length || req->op != DYSK_WIRE_READ);
	CHECK(contains(text, len, req->op == DYSK_WIRE_READ ? " 206" :
		       req->op == DYSK_WIRE_WRITE ||
		       req->op == DYSK_WIRE_CLEAR ? " 201" : " 200"));
}

static struct dysk_wire_request request(u8 choices, u64 id)
{
	return (struct dysk_wire_request) {
		.op = (enum dysk_wire_op)(choices % 5), .id = id,
		.echoed = choices & 128, .conditional = choices & 64,
		.offset = 1024, .length = 512, .epoch = 1048577,
	};
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct stream s = { .bytes = (const char *)data + FIXED };
	struct dysk_wire_response rsp;
	struct dysk_wire_request req;
	enum dysk_verdict verdict;
	size_t begin, quiet, i;
	const u8 *plan = data + 1;
	bool all_sent;

	if (size < FIXED)
		return 0;
	s.len = size - FIXED;
	s.random = 0x9e3779b97f4a7c15ULL * (data[0] + 1u);
	for (i = 0; i < REQUESTS; i++, plan += 3) {
		quiet = plan[1] | (size_t)plan[2] << 8;
		if (quiet > s.read && s.read < s.len)
			break;		/* something is there unasked */
		req = request(plan[0], 0xab + i);
		all_sent = !(plan[0] & 32);
		begin = s.read;
		if (!converse(&req, all_sent, &s, &rsp, &verdict))
			break;
		if (verdict == DYSK_VERDICT_DONE) {
			CHECK(all_sent);
			check_done(&req, s.bytes + begin, s.read - begin);
		}
		if (!all_sent || !dysk_wire_may_follow(&req, &rsp))
			break;
		CHECK(!req.echoed || contains(s.bytes + begin, s.read - begin,
					      "00000000000000a"));
	}
	return 0;
}
