/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request head being written: what request.c and sign.c share.
 */
#ifndef DYSK_WIRE_HEAD_H
#define DYSK_WIRE_HEAD_H

#include "wire.h"

/**
 * struct dysk_out - text being appended to a buffer
 * @at: where the next byte goes
 * @end: where the buffer ends
 * @err: 0, or the first thing that went wrong; then the text is worthless
 */
struct dysk_out {
	char *at;
	char *end;
	int err;
};

static inline void dysk_out_bytes(struct dysk_out *out, const char *s,
				  size_t len)
{
	if (len > (size_t)(out->end - out->at)) {
		if (!out->err)
			out->err = -ENOSPC;
		return;
	}
	memcpy(out->at, s, len);
	out->at += len;
}

/* Append a string literal. */
#define dysk_out_literal(out, s)	dysk_out_bytes(out, s, sizeof(s) - 1)

void dysk_out_number(struct dysk_out *out, u64 number);	/* text.c */

/**
 * struct dysk_header - a header line in a head
 * @name: first byte of its name
 * @name_len: length of the name
 * @value: first byte of its value
 * @value_len: length of the value
 */
struct dysk_header {
	const char *name;
	const char *value;
	u16 name_len;
	u16 value_len;
};

/* Most x-ms-* headers that a request has. */
#define DYSK_HEADERS_SIGNED	7

/**
 * struct dysk_head - a request head being written
 * @out: the text
 * @method: its first word
 * @param: name of the one query parameter that is not part of a SAS, or NULL
 * @param_value: its value, not percent encoded
 * @content_length: as sent; value_len is 0 if it is absent or "0"
 * @if_match: as sent, or value_len is 0
 * @ms_count: entries used in @ms
 * @ms: the x-ms-* headers, which request.c writes sorted by name
 */
struct dysk_head {
	struct dysk_out out;
	const char *method;
	const char *param;
	const char *param_value;
	struct dysk_header content_length;
	struct dysk_header if_match;
	unsigned int ms_count;
	struct dysk_header ms[DYSK_HEADERS_SIGNED];
};

/* Append the Authorization header (sign.c). 0 or -errno. */
int dysk_head_sign(struct dysk_head *head,
		   const struct dysk_wire_target *target,
		   const struct dysk_wire_auth *auth,
		   char *scratch, size_t scratch_cap);

#endif /* DYSK_WIRE_HEAD_H */
