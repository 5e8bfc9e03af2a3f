// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "response_fixture.h"

/* A copy that the sanitizer guards the ends of. */
static char *copy_of(const char *text, size_t len)
{
	char *copy = malloc(len);

	if (len)
		memcpy(copy, text, len);
	return copy;
}

static int feed_head(struct dysk_wire_response *rsp, const char *text,
		     size_t len, size_t piece)
{
	size_t have = 0;
	char *copy;
	int ret;

	do {
		have = piece && len - have > piece ? have + piece : len;
		copy = copy_of(text, have);
		ret = dysk_wire_response_head(rsp, copy, have);
		free(copy);
	} while (!ret && have < len);
	return ret;
}

static int feed_body(struct dysk_wire_response *rsp, const char *text,
		     size_t len, size_t piece, size_t *total)
{
	size_t room, used = 0;
	char *copy;
	int ret;

	*total = 0;
	ret = dysk_wire_body_skip(rsp, NULL, 0, &used);
	CHECK_INT(used, 0);
	while (!ret && *total < len) {
		room = len - *total;
		if (piece && room > piece)
			room = piece;
		copy = copy_of(text + *total, room);
		ret = dysk_wire_body_skip(rsp, copy, room, &used);
		free(copy);
		CHECK(used <= room);
		CHECK(ret || used == room);
		*total += used;
	}
	return ret;
}

struct answer answer_in_pieces(enum dysk_wire_op op, const char *text,
			       size_t len, size_t piece)
{
	struct answer answer = { 0 };
	size_t head;

	dysk_wire_response_init(&answer.rsp, op);
	answer.head = feed_head(&answer.rsp, text, len, piece);
	if (answer.head <= 0)
		return answer;
	head = (size_t)answer.head;
	answer.body = feed_body(&answer.rsp, text + head, len - head, piece,
				&answer.used);
	return answer;
}

bool answers_agree(const struct answer *a, const struct answer *b)
{
	const struct dysk_wire_response *p = &a->rsp, *q = &b->rsp;

	if (a->head != b->head)
		return false;
	if (a->head <= 0)	/* then nothing else may be looked at */
		return true;
	return a->body == b->body && a->used == b->used &&
	       p->status == q->status && p->has_length == q->has_length &&
	       p->chunked == q->chunked && p->close == q->close &&
	       p->has_range == q->has_range &&
	       p->has_sequence == q->has_sequence &&
	       p->has_date == q->has_date &&
	       p->has_retry_after == q->has_retry_after &&
	       p->has_id == q->has_id && p->id == q->id &&
	       p->blob_type == q->blob_type && p->length == q->length &&
	       p->range_first == q->range_first &&
	       p->range_last == q->range_last &&
	       p->range_total == q->range_total &&
	       p->sequence == q->sequence && p->date == q->date &&
	       p->retry_after == q->retry_after &&
	       p->body_left == q->body_left &&
	       !strcmp(p->error_code, q->error_code) &&
	       !strcmp(p->etag, q->etag);
}

struct answer answer_of(enum dysk_wire_op op, const char *text, size_t len)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	struct answer whole = answer_in_pieces(op, text, len, 0);
	struct answer other;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		other = answer_in_pieces(op, text, len, pieces[i]);
		if (!CHECK(answers_agree(&whole, &other)))
			printf("        pieces of %zu: %.60s\n", pieces[i],
			       text);
	}
	return whole;
}
