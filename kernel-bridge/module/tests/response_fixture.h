/* SPDX-License-Identifier: GPL-2.0 */
/* Feeding answers to the parser, in one piece and in all others. */
#ifndef DYSK_RESPONSE_FIXTURE_H
#define DYSK_RESPONSE_FIXTURE_H

#include "test.h"

/* What became of an answer. */
struct answer {
	int head;	/* what dysk_wire_response_head() said last */
	int body;	/* what dysk_wire_body_skip() said last, if head > 0 */
	size_t used;	/* bytes of the body that belong to the answer */
	struct dysk_wire_response rsp;
};

/*
 * Parse the head of @text, then skip its body; pieces of @piece bytes reach
 * the parser, each in memory that ends where they end; 0: one piece.
 */
struct answer answer_in_pieces(enum dysk_wire_op op, const char *text,
			       size_t len, size_t piece);

/* The same for one piece, and checks that small pieces change nothing. */
struct answer answer_of(enum dysk_wire_op op, const char *text, size_t len);

/* The same for a literal. */
#define ANSWER(op, literal)	answer_of(op, literal, sizeof(literal) - 1)

/* All that is public is the same, and so are the results. */
bool answers_agree(const struct answer *a, const struct answer *b);

#endif /* DYSK_RESPONSE_FIXTURE_H */
