// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection does with the bytes it has received: whether they answer
 * its request, and what is to be read next.
 */
#include "wire.h"

int dysk_wire_receive_body(struct dysk_wire_response *rsp,
			   const char *buf, size_t len)
{
	size_t used = 0;
	int ret = dysk_wire_body_skip(rsp, buf, len, &used);

	if (ret < 0)
		return ret;
	/* It lasts until the peer closes: there is nothing to wait for. */
	if (!ret && rsp->close && !rsp->has_length && !rsp->chunked)
		return DYSK_TURN_ANSWERED;
	if (!ret)
		return DYSK_TURN_BODY;
	/* Bytes that nobody asked for: whose answer was this? */
	return used < len ? -EPROTO : DYSK_TURN_ANSWERED;
}

int dysk_wire_receive_head(const struct dysk_wire_request *req,
			   struct dysk_wire_response *rsp,
			   const char *buf, size_t len, bool all_sent,
			   size_t *head, enum dysk_verdict *verdict)
{
	int ret = dysk_wire_response_head(rsp, buf, len);

	if (ret < 0)
		return ret;
	if (!ret)
		return DYSK_TURN_HEAD;
	*head = (size_t)ret;
	/* It is another request's, late or twice, and ours is still to come. */
	if (rsp->has_id && rsp->id != req->id)
		return -EPROTO;
	*verdict = dysk_wire_judge(req, rsp);
	/* Done, and not all of it there: the server is lost. */
	if (*verdict == DYSK_VERDICT_DONE && !all_sent)
		*verdict = DYSK_VERDICT_UNKNOWN;

	if (req->op != DYSK_WIRE_READ || *verdict != DYSK_VERDICT_DONE)
		return dysk_wire_receive_body(rsp, buf + *head, len - *head);
	return len - *head > req->length ? -EPROTO : DYSK_TURN_PAYLOAD;
}

bool dysk_wire_may_follow(const struct dysk_wire_request *req,
			  const struct dysk_wire_response *rsp)
{
	return !rsp->close && (rsp->has_id || !req->echoed);
}
