// SPDX-License-Identifier: GPL-2.0
/*
 * What an answer means for its request.
 *
 * The service documents that a write whose status is 100..499 or 503 has a
 * known outcome; whatever else happens, it may have been applied, or be
 * applied later.  So doubt always ends at DYSK_VERDICT_UNKNOWN: it costs a
 * fence, where a wrong guess would cost data.
 */
#include "wire.h"

static bool has_code(const struct dysk_wire_response *rsp, const char *code)
{
	return !strcmp(rsp->error_code, code);
}

/* LeaseIdMissing, LeaseIdMismatchWithBlobOperation, LeaseLost, ... */
static bool has_lease_code(const struct dysk_wire_response *rsp)
{
	return !memcmp(rsp->error_code, "Lease", 5);
}

static enum dysk_verdict judge_write(const struct dysk_wire_request *req,
				     const struct dysk_wire_response *rsp)
{
	if (rsp->status != 201)
		return DYSK_VERDICT_UNKNOWN;
	if (req->conditional && rsp->has_sequence &&
	    rsp->sequence < req->epoch)
		return DYSK_VERDICT_UNKNOWN;
	return DYSK_VERDICT_DONE;
}

static enum dysk_verdict judge_read(const struct dysk_wire_request *req,
				    const struct dysk_wire_response *rsp)
{
	u64 last = req->offset + req->length - 1;

	if (rsp->blob_type == DYSK_BLOB_TYPE_OTHER)
		return DYSK_VERDICT_GONE;	/* replaced */
	if (rsp->status != 206 || !rsp->has_range ||
	    rsp->range_first != req->offset)
		return DYSK_VERDICT_UNKNOWN;
	/* a range beyond the end is cut, or is 416 */
	if (rsp->range_total <= last)
		return DYSK_VERDICT_GONE;	/* shrunk */
	if (rsp->range_last != last || !rsp->has_length ||
	    rsp->length != req->length)
		return DYSK_VERDICT_UNKNOWN;
	return DYSK_VERDICT_DONE;
}

static enum dysk_verdict judge_success(const struct dysk_wire_request *req,
				       const struct dysk_wire_response *rsp)
{
	bool done = false;

	switch (req->op) {
	case DYSK_WIRE_READ:
		return judge_read(req, rsp);
	case DYSK_WIRE_WRITE:
	case DYSK_WIRE_CLEAR:
		return judge_write(req, rsp);
	case DYSK_WIRE_HEAD:
		done = rsp->status == 200 && rsp->has_length;
		break;
	case DYSK_WIRE_RAISE:
		/* "max" never leaves it below what was asked for */
		done = rsp->status == 200 && rsp->has_sequence &&
		       rsp->sequence >= req->epoch;
		break;
	}
	return done ? DYSK_VERDICT_DONE : DYSK_VERDICT_UNKNOWN;
}

static enum dysk_verdict judge_conflict(const struct dysk_wire_response *rsp)
{
	if (has_lease_code(rsp))
		return DYSK_VERDICT_LEASE;
	if (has_code(rsp, "InvalidBlobType") ||
	    has_code(rsp, "ContainerBeingDeleted"))
		return DYSK_VERDICT_GONE;
	return DYSK_VERDICT_REJECTED;
}

static enum dysk_verdict judge_precondition(const struct dysk_wire_request *req,
					    const struct dysk_wire_response *rsp)
{
	if (has_lease_code(rsp))
		return DYSK_VERDICT_LEASE;
	if (has_code(rsp, "SequenceNumberConditionNotMet"))
		return DYSK_VERDICT_SEQUENCE;
	if (!rsp->error_code[0] && req->conditional &&
	    (req->op == DYSK_WIRE_WRITE || req->op == DYSK_WIRE_CLEAR))
		return DYSK_VERDICT_SEQUENCE;
	return DYSK_VERDICT_CONDITION;
}

/* Is it the answer to this very request? */
static bool belongs(const struct dysk_wire_request *req,
		    const struct dysk_wire_response *rsp)
{
	if (rsp->has_id)
		return rsp->id == req->id;
	if (!req->echoed)
		return true;
	return rsp->status == 503 || rsp->status == 429 ||
	       (rsp->status >= 300 && rsp->error_code[0]);
}

enum dysk_verdict dysk_wire_judge(const struct dysk_wire_request *req,
				  const struct dysk_wire_response *rsp)
{
	if (!belongs(req, rsp))
		return DYSK_VERDICT_UNKNOWN;
	switch (rsp->status) {
	case 401:
	case 403:
		return DYSK_VERDICT_DENIED;
	case 404:
	case 416:
		return DYSK_VERDICT_GONE;
	case 408:
		/*
		 * Middle boxes send it unasked on a connection they close for
		 * being idle, and it is no answer to this request then.
		 */
		return DYSK_VERDICT_UNKNOWN;
	case 409:
		return judge_conflict(rsp);
	case 412:
		return judge_precondition(req, rsp);
	case 429:
	case 503:
		return DYSK_VERDICT_THROTTLED;
	}
	if (rsp->status >= 200 && rsp->status < 300)
		return judge_success(req, rsp);
	if (rsp->status >= 100 && rsp->status < 500)
		return DYSK_VERDICT_REJECTED;
	return DYSK_VERDICT_UNKNOWN;
}
