/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pace: how fast requests may be sent to a service that refuses what is too
 * much.
 *
 * A page blob has a limit of requests and one of bytes a second; which, nobody
 * tells.  What exceeds it is refused (503) and was in vain.  So a device
 * learns the limits from refusals, and then keeps just below them.  A refusal
 * that is not alone among a hundred requests cuts the rate by 1/64, or, where
 * many are refused, by their share.  Then it grows along a cubic curve, which
 * is flat near the rate of the last refusal and steep beyond it (as TCP CUBIC
 * does with its window, RFC 9438).  Shares, not what was carried out in some
 * time, say how much is too much: when a machine stands still for a moment,
 * little is carried out and little refused.  Nor does time count in which
 * nothing was asked for: else the little that was carried out before a load
 * would be taken for the limit of that.  A rate that load doesn't use doesn't
 * grow; one that has grown to many times the last refusal's is forgotten.
 *
 * Until the first refusal nothing is limited, and nothing costs anything.
 *
 * Pure decisions, without locks or I/O: the caller serialises the calls for
 * one device and brings the time (ns, monotonic).
 */
#ifndef DYSK_PACE_H
#define DYSK_PACE_H

#ifdef __KERNEL__
#include <linux/math64.h>
#endif

#include "wire/wire.h"

enum {
	DYSK_PACE_REQUESTS,
	DYSK_PACE_BYTES,
	DYSK_PACES
};

/**
 * struct dysk_pace_limit - one of the two
 * @rate: units a second, 0: no limit is known
 * @top: the rate that was refused last
 * @low: what it was cut to
 * @grown: ns for which the rate has held requests back since the cut
 * @plateau: ns until the rate is @top again
 * @due: when the next request is due at this rate
 * @holding: it has held a request back since the last one was sent
 * @held_at: when it did so last
 */
struct dysk_pace_limit {
	u64 rate;
	u64 top;
	u64 low;
	u64 grown;
	u64 plateau;
	u64 due;
	bool holding;
	u64 held_at;
};

/**
 * struct dysk_pace_count - what was carried out of late
 * @at: when the current window began
 * @units: in that
 * @before_at: when the one before began
 * @before: in that
 */
struct dysk_pace_count {
	u64 at;
	u64 units[DYSK_PACES];
	u64 before_at;
	u64 before[DYSK_PACES];
};

/**
 * struct dysk_pace - the pace of a device
 * @limits: of requests (in 1/1024) and of bytes
 * @sent_at: when the last request was sent
 * @cut_at: when the rate was last cut; refusals of what was sent before say
 *	nothing new
 * @share: of the requests sent since then, how many were refused of late, in
 *	1/2^20; those that a cut is for are taken off
 * @shared: how many requests that is reckoned from
 * @some: of the requests sent since the last cut one was carried out; if not,
 *	another cut is for the same reason
 * @recent: until it is 0 the last refusal is recent; counts requests that were
 *	carried out down
 * @in_row: refusals since the last request that was not refused
 * @accepted_at: when the last one that was carried out had been sent
 * @idle_at: since when nothing has been asked for; 0: something has been
 * @brief: carried out, in windows of a time
 * @few: the same, in windows of a number: large requests are few
 */
struct dysk_pace {
	struct dysk_pace_limit limits[DYSK_PACES];
	u64 sent_at;
	u64 cut_at;
	u32 share;
	u32 shared;
	bool some;
	u32 recent;
	u32 in_row;
	u64 accepted_at;
	u64 idle_at;
	struct dysk_pace_count brief;
	struct dysk_pace_count few;
};

static inline bool dysk_pace_known(const struct dysk_pace *pace)
{
	return pace->limits[DYSK_PACE_REQUESTS].rate ||
	       pace->limits[DYSK_PACE_BYTES].rate;
}

/* How long the next request has to wait, in ns; 0: it may be sent. */
u64 dysk_pace_wait(struct dysk_pace *pace, u64 now);
/* A request is sent. */
void dysk_pace_sent(struct dysk_pace *pace, u64 now, u32 bytes);
/* A request that was sent at @sent was carried out. */
void dysk_pace_accepted(struct dysk_pace *pace, u64 sent, u32 bytes);
/* That was the last one: none is underway, and none waits. */
void dysk_pace_idle(struct dysk_pace *pace, u64 now);
/* One was refused as too much. */
void dysk_pace_refused(struct dysk_pace *pace, u64 now, u64 sent, u32 bytes);
/*
 * Nothing but refusals, more than the requests underway (@busy) explain, and
 * for a while: no pace helps.
 */
bool dysk_pace_in_vain(const struct dysk_pace *pace, u64 now, u32 busy);
/* Requests a second, rounded; 0: no limit is known. */
u64 dysk_pace_requests(const struct dysk_pace *pace);

#endif /* DYSK_PACE_H */
