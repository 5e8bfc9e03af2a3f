// SPDX-License-Identifier: GPL-2.0
/*
 * The fence, as fence.h describes it.  Builds in user space too.
 */
#include "fence.h"

void dysk_fence_init(struct dysk_fence *fence, u64 epoch)
{
	fence->epoch = epoch;
	fence->raising = false;
}

u64 dysk_fence_attach_epoch(u64 sequence)
{
	u64 generation = (sequence >> DYSK_EPOCH_SHIFT) + 1;

	if (generation > DYSK_EPOCH_MAX >> DYSK_EPOCH_SHIFT)
		return 0;
	return generation << DYSK_EPOCH_SHIFT;
}

u64 dysk_fence_target(const struct dysk_fence *fence)
{
	u64 counter_max = (1ULL << DYSK_EPOCH_SHIFT) - 1;

	/* Counting on into the next generation could meet another attachment. */
	if ((fence->epoch & counter_max) == counter_max)
		return 0;
	return fence->epoch + 1;
}

static enum dysk_write_step dysk_fence_unknown(struct dysk_fence *fence,
					       u64 sent_epoch, bool handed_over)
{
	/* The server can't apply a request that it has only a part of. */
	if (!handed_over)
		return DYSK_WRITE_RESEND;
	/* A raise since then has settled it: applied by now, or never. */
	if (sent_epoch < fence->epoch)
		return DYSK_WRITE_RESEND;
	fence->raising = true;
	return DYSK_WRITE_PARK;
}

enum dysk_write_step dysk_fence_write_step(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sent_epoch, bool handed_over)
{
	switch (verdict) {
	case DYSK_VERDICT_DONE:
		return DYSK_WRITE_COMPLETE;
	case DYSK_VERDICT_THROTTLED:
	case DYSK_VERDICT_DENIED:
		return DYSK_WRITE_HOLD;
	case DYSK_VERDICT_SEQUENCE:
		if (sent_epoch < fence->epoch)
			return DYSK_WRITE_RESEND;
		/* Our own raise has landed, and its answer is on the way. */
		if (fence->raising)
			return DYSK_WRITE_PARK;
		return DYSK_WRITE_FENCED;
	case DYSK_VERDICT_LEASE:
		return DYSK_WRITE_LEASE;
	case DYSK_VERDICT_GONE:
		return DYSK_WRITE_GONE;
	case DYSK_VERDICT_CONDITION:
	case DYSK_VERDICT_REJECTED:
		return DYSK_WRITE_FAIL;
	case DYSK_VERDICT_UNKNOWN:
		break;
	}
	return dysk_fence_unknown(fence, sent_epoch, handed_over);
}

enum dysk_raise_step dysk_fence_raise_step(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sequence)
{
	u64 target = dysk_fence_target(fence);

	switch (verdict) {
	case DYSK_VERDICT_DONE:
		/* Below its own target "max" can't have ended: no answer of ours. */
		if (sequence < target)
			return DYSK_RAISE_AGAIN;
		if (sequence > target)
			return DYSK_RAISE_FENCED;
		fence->epoch = target;
		fence->raising = false;
		return DYSK_RAISE_DONE;
	case DYSK_VERDICT_LEASE:
		return DYSK_RAISE_LEASE;
	case DYSK_VERDICT_GONE:
		return DYSK_RAISE_GONE;
	case DYSK_VERDICT_SEQUENCE:
	case DYSK_VERDICT_CONDITION:
	case DYSK_VERDICT_THROTTLED:
	case DYSK_VERDICT_DENIED:
	case DYSK_VERDICT_REJECTED:
	case DYSK_VERDICT_UNKNOWN:
		break;
	}
	return DYSK_RAISE_AGAIN;
}
