// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as an answer that comes in pieces of any lengths.  The
 * parser must see in it what the oracle sees in the whole text (http_oracle.h).
 *
 * Input: which request, the seed of the lengths, the answer.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "http_oracle.h"

/* Mostly a few bytes, at times many; copies, so that their ends are guarded. */
static size_t next_piece(u64 *random, size_t left)
{
	u64 r = test_random(random);
	size_t piece = 1 + (size_t)(r >> 8) % (r % 4 ? 9 : 700);

	return piece < left ? piece : left;
}

static char *copy_of(const char *text, size_t len)
{
	char *copy = malloc(len);

	if (len)
		memcpy(copy, text, len);
	return copy;
}

static int feed_head(struct dysk_wire_response *rsp, const char *text,
		     size_t len, u64 *random)
{
	size_t have = 0;
	char *copy;
	int ret;

	do {
		have += next_piece(random, len - have);
		copy = copy_of(text, have);
		ret = dysk_wire_response_head(rsp, copy, have);
		free(copy);
	} while (!ret && have < len);
	return ret;
}

static struct answer in_random_pieces(enum dysk_wire_op op, const char *text,
				      size_t len, u64 *random)
{
	struct answer a = { 0 };
	size_t at, piece, used;
	char *copy;

	dysk_wire_response_init(&a.rsp, op);
	a.head = feed_head(&a.rsp, text, len, random);
	if (a.head <= 0)
		return a;
	a.body = dysk_wire_body_skip(&a.rsp, NULL, 0, &used);
	for (at = (size_t)a.head; !a.body && at < len; at += used) {
		piece = next_piece(random, len - at);
		copy = copy_of(text + at, piece);
		a.body = dysk_wire_body_skip(&a.rsp, copy, piece, &used);
		free(copy);
		CHECK(used <= piece && (a.body || used == piece));
		a.used += used;
	}
	return a;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct answer parsed, expected;
	enum dysk_wire_op op;
	u64 random;

	if (size < 3)
		return 0;
	op = (enum dysk_wire_op)(data[0] % 5);
	random = 0x9e3779b97f4a7c15ULL * (data[1] + 1u);
	expected = oracle_answer(op, (const char *)data + 2, size - 2);
	parsed = in_random_pieces(op, (const char *)data + 2, size - 2,
				  &random);
	/* how much is left of a body only the parser counts */
	expected.rsp.body_left = parsed.rsp.body_left;
	CHECK(answers_agree(&expected, &parsed));
	return 0;
}
