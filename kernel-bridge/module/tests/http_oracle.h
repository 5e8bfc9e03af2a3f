/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The answer parser once more, as plainly as it can be said: byte by byte, on
 * the whole text, with the C library.  What fuzzing holds the real one against.
 */
#ifndef DYSK_HTTP_ORACLE_H
#define DYSK_HTTP_ORACLE_H

#include "response_fixture.h"

/* What becomes of @text: the same as answer_in_pieces(), however it is cut. */
struct answer oracle_answer(enum dysk_wire_op op, const char *text, size_t len);

#endif /* DYSK_HTTP_ORACLE_H */
