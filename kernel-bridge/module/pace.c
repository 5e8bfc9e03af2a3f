// SPDX-License-Identifier: GPL-2.0
/*
 * The pace, as pace.h describes it.  Builds in user space too.
 */
#include "pace.h"

#define DYSK_PACE_SECOND	1000000000ULL
#define DYSK_PACE_REQUEST	1024ULL		/* units of one request */
#define DYSK_PACE_CUT		64		/* a refusal takes 1/64 */
#define DYSK_PACE_ONE		1024		/* fixed point 1 */

/* Where more than this share is refused, a cut takes all of the share. */
#define DYSK_PACE_MUCH		(DYSK_PACE_WHOLE / 5)
#define DYSK_PACE_WHOLE		(1U << 20)	/* fixed point 1 of shares */
/* Requests that a share is reckoned from. */
#define DYSK_PACE_LATELY	16
/* One in more requests than this may have had any reason, and is no harm. */
#define DYSK_PACE_ALONE		100
/*
 * From a cut until the rate is the refused one again.  What was learned first
 * may be too little; later, each time costs a few refusals, and those are to be
 * few among the requests: so it takes about so many, but no longer than ...
 */
#define DYSK_PACE_PLATEAU_FIRST	DYSK_PACE_SECOND
#define DYSK_PACE_PLATEAU_MIN	(2 * DYSK_PACE_SECOND)
#define DYSK_PACE_PLATEAU_ENOUGH 512
#define DYSK_PACE_PLATEAU_MAX	(8 * DYSK_PACE_SECOND)
/* The pace of growth beyond the refused rate, and how far it goes: 64 times. */
#define DYSK_PACE_STEP		(2 * DYSK_PACE_SECOND)
#define DYSK_PACE_FORGET	16
/* Timers are late; what wasn't sent for so long may be sent at once. */
#define DYSK_PACE_BURST		(DYSK_PACE_SECOND / 32)
/* A limit that held nothing back for so long is not what was exceeded. */
#define DYSK_PACE_RECENT	(DYSK_PACE_SECOND / 64)
/* What is carried out is counted in windows of at least this length ... */
#define DYSK_PACE_WINDOW	(DYSK_PACE_SECOND / 16)
/* ... and, large requests being few, in others of at least so many. */
#define DYSK_PACE_ENOUGH	8
/* After a pause of this length counting begins anew. */
#define DYSK_PACE_PAUSE		DYSK_PACE_SECOND

/* The service's tiers allow from 33 to 250 KiB a request. */
#define DYSK_PACE_SMALL		(32 * 1024)
#define DYSK_PACE_LARGE		(256 * 1024)

/* No blob has lower limits; a service that allows less holds the device. */
static const u64 dysk_pace_least[DYSK_PACES] = {
	[DYSK_PACE_REQUESTS]	= 30 * DYSK_PACE_REQUEST,
	[DYSK_PACE_BYTES]	= 2 * 1000 * 1000,
};

static u64 dysk_pace_cost(unsigned int what, u32 bytes)
{
	return what == DYSK_PACE_BYTES ? bytes : DYSK_PACE_REQUEST;
}

/* ---- growth -------------------------------------------------------------- */

static u64 dysk_pace_cubed(u64 of, u64 x)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		of = of * x / DYSK_PACE_ONE;
	return of;
}

/*
 * From low to top in a plateau's time, x from 1 to 0: top - (top - low) * x^3;
 * and on from there, x from 0: top * (1 + x^3 / 64).  0: far beyond top.
 */
static u64 dysk_pace_grown(const struct dysk_pace_limit *limit)
{
	u64 x;

	if (limit->grown < limit->plateau) {
		x = div64_u64((limit->plateau - limit->grown) * DYSK_PACE_ONE,
			      limit->plateau);
		return limit->top - dysk_pace_cubed(limit->top - limit->low, x);
	}
	x = div64_u64((limit->grown - limit->plateau) * DYSK_PACE_ONE,
		      DYSK_PACE_STEP);
	if (x >= DYSK_PACE_FORGET * DYSK_PACE_ONE)
		return 0;
	return limit->top + dysk_pace_cubed(limit->top / DYSK_PACE_CUT, x);
}

/* How long requests of @bytes are apart at this rate. */
static u64 dysk_pace_apart(const struct dysk_pace_limit *limit,
			   unsigned int what, u32 bytes)
{
	return div64_u64(dysk_pace_cost(what, bytes) * DYSK_PACE_SECOND,
			 limit->rate);
}

/*
 * Only a rate that is used to the full, and not in vain, says that more could
 * be tried.  @most: of the time since the last request; in the rest it wasn't
 * used.
 */
static void dysk_pace_grow(struct dysk_pace_limit *limit, u64 ns, u64 most)
{
	if (!limit->holding)
		return;
	limit->holding = false;
	limit->grown += min(ns, max(most, DYSK_PACE_WINDOW));
	limit->rate = dysk_pace_grown(limit);
}

/* ---- sending ------------------------------------------------------------- */

u64 dysk_pace_wait(struct dysk_pace *pace, u64 now)
{
	u64 wait = 0;
	unsigned int i;

	for (i = 0; i < DYSK_PACES; i++) {
		struct dysk_pace_limit *limit = &pace->limits[i];

		if (!limit->rate || limit->due <= now)
			continue;
		limit->holding = true;
		limit->held_at = now;
		if (wait < limit->due - now)
			wait = limit->due - now;
	}
	return wait;
}

void dysk_pace_sent(struct dysk_pace *pace, u64 now, u32 bytes)
{
	u64 since = now - pace->sent_at;
	unsigned int i;

	if (!dysk_pace_known(pace))
		return;
	for (i = 0; i < DYSK_PACES; i++) {
		struct dysk_pace_limit *limit = &pace->limits[i];

		if (!limit->rate)
			continue;
		if (pace->some)
			dysk_pace_grow(limit, since,
				       dysk_pace_apart(limit, i, bytes));
		if (!limit->rate)
			continue;
		if (limit->due + DYSK_PACE_BURST < now)
			limit->due = now - DYSK_PACE_BURST;
		limit->due += dysk_pace_apart(limit, i, bytes);
	}
	pace->sent_at = now;
}

/* ---- answers ------------------------------------------------------------- */

static void dysk_pace_count_from(struct dysk_pace_count *count, u64 at)
{
	*count = (struct dysk_pace_count) { .at = at, .before_at = at };
}

/* Time in which nothing was asked for says nothing of what can be had. */
static void dysk_pace_skip_idle(struct dysk_pace *pace, u64 sent)
{
	u64 idle;

	if (!pace->idle_at || sent < pace->idle_at)
		return;
	idle = sent - pace->idle_at;
	pace->idle_at = 0;
	pace->brief.at += idle;
	pace->brief.before_at += idle;
	pace->few.at += idle;
	pace->few.before_at += idle;
}

/* @enough: requests after which a window may end; it ends unused after @old. */
static void dysk_pace_count_one(struct dysk_pace_count *count, u64 sent,
				u32 bytes, u64 enough, u64 old)
{
	/* Answers overtake each other; the time goes one way. */
	u64 age = sent > count->at ? sent - count->at : 0;
	unsigned int i;

	if (age > old) {
		dysk_pace_count_from(count, sent);
	} else if (age > DYSK_PACE_WINDOW &&
		   count->units[DYSK_PACE_REQUESTS] >=
		   enough * DYSK_PACE_REQUEST) {
		for (i = 0; i < DYSK_PACES; i++) {
			count->before[i] = count->units[i];
			count->units[i] = 0;
		}
		count->before_at = count->at;
		count->at = sent;
	}
	for (i = 0; i < DYSK_PACES; i++)
		count->units[i] += dysk_pace_cost(i, bytes);
}

/* @refused: 1 or 0, as a share.  What was sent before the last cut is not meant. */
static void dysk_pace_share(struct dysk_pace *pace, u64 sent, u32 refused)
{
	if (sent < pace->cut_at)
		return;
	if (pace->shared < DYSK_PACE_LATELY)
		pace->shared++;
	pace->share -= pace->share / pace->shared;
	pace->share += refused / pace->shared;
	if (!refused)
		pace->some = true;
}

void dysk_pace_accepted(struct dysk_pace *pace, u64 sent, u32 bytes)
{
	dysk_pace_skip_idle(pace, sent);
	pace->in_row = 0;
	if (pace->recent)
		pace->recent--;
	dysk_pace_share(pace, sent, 0);
	if (sent > pace->accepted_at + DYSK_PACE_PAUSE)
		dysk_pace_count_from(&pace->few, sent);
	dysk_pace_count_one(&pace->brief, sent, bytes, 1,
			    2 * DYSK_PACE_WINDOW);
	dysk_pace_count_one(&pace->few, sent, bytes, DYSK_PACE_ENOUGH, U64_MAX);
	if (sent > pace->accepted_at)
		pace->accepted_at = sent;
}

void dysk_pace_idle(struct dysk_pace *pace, u64 now)
{
	pace->idle_at = now;
}

static u64 dysk_pace_rate(const struct dysk_pace_count *count,
			  unsigned int what, u64 now)
{
	u64 units = count->before[what] + count->units[what];
	u64 since = now - count->before_at;

	if (since < DYSK_PACE_WINDOW / 8)
		since = DYSK_PACE_WINDOW / 8;
	return div64_u64(units * (DYSK_PACE_SECOND / 1024), since) * 1024;
}

/* Units a second that were carried out of late; 0: none. */
static u64 dysk_pace_measured(const struct dysk_pace *pace, unsigned int what,
			      u64 now)
{
	u64 brief = dysk_pace_rate(&pace->brief, what, now);
	u64 few = dysk_pace_rate(&pace->few, what, now);

	if (!pace->accepted_at || now - pace->accepted_at > DYSK_PACE_PAUSE)
		return 0;
	return brief > few ? brief : few;
}

static void dysk_pace_learn(struct dysk_pace_limit *limit, u64 measured,
			    u64 least)
{
	limit->rate = max(measured, least);
	limit->top = limit->rate;
	limit->plateau = DYSK_PACE_PLATEAU_FIRST;
}

/* The refused rate is the top that is to be regained. */
static void dysk_pace_relearn(struct dysk_pace_limit *limit, u64 apart)
{
	limit->top = limit->rate;
	limit->plateau = clamp(DYSK_PACE_PLATEAU_ENOUGH * apart,
			       DYSK_PACE_PLATEAU_MIN, DYSK_PACE_PLATEAU_MAX);
}

static void dysk_pace_cut(struct dysk_pace_limit *limit, u32 share, u64 least)
{
	u64 cut = limit->rate - limit->rate * share / DYSK_PACE_WHOLE;

	limit->rate = max(cut, least);
	limit->top = max(limit->top, limit->rate);
	limit->low = limit->rate;
	limit->grown = 0;
	limit->holding = false;
}

/* By its size, a refused request was too much of these. */
static bool dysk_pace_likely(unsigned int what, u32 bytes)
{
	return what == DYSK_PACE_BYTES ? bytes >= DYSK_PACE_SMALL :
					 bytes <= DYSK_PACE_LARGE;
}

/* Requests were waiting for it when the refused one was sent. */
static bool dysk_pace_held(const struct dysk_pace_limit *limit, u64 sent)
{
	return limit->rate && limit->held_at + DYSK_PACE_RECENT >= sent;
}

/*
 * Whether requests or bytes were too much can't be seen.  Best is a guess that
 * size and pace agree on, then what requests were waiting for, then the size
 * alone.
 */
static void dysk_pace_suspect(const struct dysk_pace *pace, u64 sent, u32 bytes,
			      bool suspect[DYSK_PACES])
{
	bool held[DYSK_PACES], agreed = false, any = false;
	unsigned int i;

	for (i = 0; i < DYSK_PACES; i++) {
		held[i] = dysk_pace_held(&pace->limits[i], sent);
		any |= held[i];
		suspect[i] = dysk_pace_likely(i, bytes) &&
			     (held[i] || !pace->limits[i].rate);
		agreed |= suspect[i];
	}
	for (i = 0; i < DYSK_PACES && !agreed; i++)
		suspect[i] = any ? held[i] : dysk_pace_likely(i, bytes);
}

/* A refused request that is as good a reason for a cut as any: makes it. */
static void dysk_pace_slower(struct dysk_pace *pace, u64 now, u64 sent,
			     u32 bytes)
{
	u32 share = pace->share < DYSK_PACE_MUCH ?
		    DYSK_PACE_WHOLE / DYSK_PACE_CUT : pace->share;
	bool suspect[DYSK_PACES];
	unsigned int i;

	dysk_pace_suspect(pace, sent, bytes, suspect);
	for (i = 0; i < DYSK_PACES; i++) {
		struct dysk_pace_limit *limit = &pace->limits[i];

		if (limit->due < now)
			limit->due = now;
		if (!suspect[i])
			continue;
		if (!limit->rate)
			dysk_pace_learn(limit, dysk_pace_measured(pace, i, now),
					dysk_pace_least[i]);
		else if (pace->some)
			dysk_pace_relearn(limit,
					  dysk_pace_apart(limit, i, bytes));
		dysk_pace_cut(limit, share, dysk_pace_least[i]);
	}
	/* What it takes away isn't refused any more. */
	pace->share -= min(pace->share, share);
	pace->some = false;
	pace->cut_at = now;
	pace->sent_at = now;
}

void dysk_pace_refused(struct dysk_pace *pace, u64 now, u64 sent, u32 bytes)
{
	bool alone = !pace->recent;

	dysk_pace_skip_idle(pace, sent);
	pace->in_row++;
	pace->recent = DYSK_PACE_ALONE;
	dysk_pace_share(pace, sent, DYSK_PACE_WHOLE);
	if (alone)
		return;
	/* Sent before the last cut, it says nothing new. */
	if (sent < pace->cut_at)
		return;
	/* Nothing is carried out: there is no rate to be learned. */
	if (!dysk_pace_measured(pace, DYSK_PACE_REQUESTS, now))
		return;
	dysk_pace_slower(pace, now, sent, bytes);
}

bool dysk_pace_in_vain(const struct dysk_pace *pace, u64 now, u32 busy)
{
	return pace->in_row > 2 * busy + 2 &&
	       !dysk_pace_measured(pace, DYSK_PACE_REQUESTS, now);
}

u64 dysk_pace_requests(const struct dysk_pace *pace)
{
	return (pace->limits[DYSK_PACE_REQUESTS].rate + DYSK_PACE_REQUEST / 2) /
	       DYSK_PACE_REQUEST;
}
