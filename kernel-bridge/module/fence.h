/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fence: what may be done after a write, and after a raise of the epoch.
 *
 * A page blob's Put Page that got no certain answer may still be applied
 * later, after newer writes.  Every write is therefore conditional on the
 * blob's sequence number being our epoch E; when a write's outcome is unknown,
 * E is raised (Set Blob Properties, action "max", so repeating it is harmless)
 * before anything else is written: from then on the write either has been
 * applied or never will be.
 *
 *   E = generation << DYSK_EPOCH_SHIFT | counter
 *
 * An attach takes the next generation, guarded by If-Match on the etag it
 * read, so two attachments never share an epoch; a raise counts up.
 *
 * Pure decisions, without locks or I/O: the caller serialises the calls for
 * one device.  The model check in tests/ explores every interleaving of these
 * very functions.
 */
#ifndef DYSK_FENCE_H
#define DYSK_FENCE_H

#include "wire/wire.h"

#define DYSK_EPOCH_SHIFT	20
#define DYSK_EPOCH_MAX		((u64)S64_MAX)	/* sequence numbers have 63 bits */

/**
 * struct dysk_fence - the writer's side of the fence
 * @epoch: E, on every write
 * @raising: E is being raised; no write may be sent
 */
struct dysk_fence {
	u64 epoch;
	bool raising;
};

/* What to do with a write after its answer, or the loss of it. */
enum dysk_write_step {
	DYSK_WRITE_COMPLETE,	/* applied: acknowledge it */
	DYSK_WRITE_RESEND,	/* not applied, and it never will be: send again */
	DYSK_WRITE_HOLD,	/* the same, but the service asks us to wait */
	DYSK_WRITE_PARK,	/* unknown: keep it until the epoch is raised */
	DYSK_WRITE_FAIL,	/* not applied, and sending again is no use */
	DYSK_WRITE_FENCED,	/* somebody else raised the epoch: device is DEAD */
	DYSK_WRITE_LEASE,	/* lease lost: device is DEAD */
	DYSK_WRITE_GONE,	/* blob gone: device is DEAD */
};

/* What to do after the answer to a raise, or the loss of it. */
enum dysk_raise_step {
	DYSK_RAISE_DONE,	/* parked writes may be sent again */
	DYSK_RAISE_AGAIN,	/* repeat it unchanged */
	DYSK_RAISE_FENCED,	/* device is DEAD */
	DYSK_RAISE_LEASE,	/* device is DEAD */
	DYSK_RAISE_GONE,	/* device is DEAD */
};

void dysk_fence_init(struct dysk_fence *fence, u64 epoch);

/**
 * dysk_fence_attach_epoch - the epoch that a new attachment takes
 * @sequence: the blob's sequence number, as read
 *
 * Return: the first epoch of the next generation, 0 if there is none left.
 */
u64 dysk_fence_attach_epoch(u64 sequence);

/* May a write be sent now? It then carries fence->epoch. */
static inline bool dysk_fence_may_write(const struct dysk_fence *fence)
{
	return !fence->raising;
}

/**
 * dysk_fence_write_step - decide on a write that was sent
 * @fence: the device's
 * @verdict: what the answer means; UNKNOWN when there was none
 * @sent_epoch: the epoch it carried
 * @handed_over: its last byte was given to TCP, or the server answered
 *
 * After DYSK_WRITE_PARK, fence->raising is set: the caller sees to it that a
 * raise to dysk_fence_target() is under way.
 */
enum dysk_write_step dysk_fence_write_step(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sent_epoch, bool handed_over);

/* Where a raise goes; 0: the generation is used up, the device is DEAD. */
u64 dysk_fence_target(const struct dysk_fence *fence);

/**
 * dysk_fence_raise_step - decide on a raise that was sent
 * @fence: the device's, raising
 * @verdict: what the answer means; UNKNOWN when there was none
 * @sequence: DONE: the number that the service says is in force
 */
enum dysk_raise_step dysk_fence_raise_step(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sequence);

#endif /* DYSK_FENCE_H */
