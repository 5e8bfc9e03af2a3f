// SPDX-License-Identifier: GPL-2.0
/*
 * The pace, as pace.h describes it.  Builds in user space too.
 */
#include "pace.h"

#define DYSK_PACE_SECOND	1000000000ULL
#define DYSK_PACE_REQUEST	1024ULL		/* units of one request */
#define DYSK_PACE_CUT		64		/* a refusal takes 1/64 */
#define DYSK_PACE_ONE		1024		/* fixed point 1 */

/* One in more requests than this may have had any reason, and is no harm. */
#define DYSK_PACE_ALONE		100
/* From a refusal until the rate is the refused one again: at first, later. */
#define DYSK_PACE_PLATEAU_MIN	DYSK_PACE_SECOND
#define DYSK_PACE_PLATEAU_MAX	(2 * DYSK_PACE_SECOND)
/* In plateaus: then it is some 60 times the refused one. */
#define DYSK_PACE_FORGET	17
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

/* top * (1 + x^3 / 64), x from -1 (just refused) over 0 (@top again) on */
static u64 dysk_pace_grown(const struct dysk_pace_limit *limit)
{
	u64 plateaus = div64_u64(limit->grown * DYSK_PACE_ONE,
				 limit->plateau);
	s64 x = (s64)plateaus - DYSK_PACE_ONE;
	s64 more = (s64)(limit->top / DYSK_PACE_CUT);
	unsigned int i;

	if (plateaus >= DYSK_PACE_FORGET * DYSK_PACE_ONE)
		return 0;
	for (i = 0; i < 3; i++)
		more = more * x / DYSK_PACE_ONE;
	return (u64)((s64)limit->top + more);
}

/* Only a rate that is used to the full says that more could be tried. */
static void dysk_pace_grow(struct dysk_pace_limit *limit, u64 ns)
{
	if (!limit->rate || !limit->holding)
		return;
	limit->holding = false;
	limit->grown += ns < DYSK_PACE_WINDOW ? ns : DYSK_PACE_WINDOW;
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

		dysk_pace_grow(limit, since);
		if (!limit->rate)
			continue;
		if (limit->due + DYSK_PACE_BURST < now)
			limit->due = now - DYSK_PACE_BURST;
		limit->due += div64_u64(dysk_pace_cost(i, bytes) *
					DYSK_PACE_SECOND, limit->rate);
	}
	pace->sent_at = now;
}

/* ---- answers ------------------------------------------------------------- */

static void dysk_pace_count_from(struct dysk_pace_count *count, u64 at)
{
	*count = (struct dysk_pace_count) { .at = at, .before_at = at };
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

void dysk_pace_accepted(struct dysk_pace *pace, u64 sent, u32 bytes)
{
	pace->in_row = 0;
	if (pace->recent)
		pace->recent--;
	if (sent > pace->accepted_at + DYSK_PACE_PAUSE)
		dysk_pace_count_from(&pace->few, sent);
	dysk_pace_count_one(&pace->brief, sent, bytes, 1,
			    2 * DYSK_PACE_WINDOW);
	dysk_pace_count_one(&pace->few, sent, bytes, DYSK_PACE_ENOUGH, U64_MAX);
	if (sent > pace->accepted_at)
		pace->accepted_at = sent;
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

/* @apart: cuts that follow one another at once are one. */
static void dysk_pace_cut(struct dysk_pace_limit *limit, u64 measured, u64 least,
			  bool apart)
{
	u64 top = limit->rate;

	if (!top)
		limit->plateau = DYSK_PACE_PLATEAU_MIN;
	else if (apart && limit->plateau < DYSK_PACE_PLATEAU_MAX)
		limit->plateau *= 2;
	if (!top || (measured && measured < top / 2))
		top = measured;
	if (top < least)
		top = least;
	limit->top = top;
	limit->rate = top - top / DYSK_PACE_CUT;
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

void dysk_pace_refused(struct dysk_pace *pace, u64 now, u64 sent, u32 bytes)
{
	bool apart = now - pace->cut_at > DYSK_PACE_PLATEAU_MIN;
	bool suspect[DYSK_PACES], alone = !pace->recent;
	unsigned int i;

	pace->in_row++;
	pace->recent = DYSK_PACE_ALONE;
	if (alone)
		return;
	/* Sent before the last cut, it says nothing new. */
	if (sent < pace->cut_at)
		return;
	/* Nothing is carried out: there is no rate to be learned. */
	if (!dysk_pace_measured(pace, DYSK_PACE_REQUESTS, now))
		return;
	dysk_pace_suspect(pace, sent, bytes, suspect);
	for (i = 0; i < DYSK_PACES; i++) {
		struct dysk_pace_limit *limit = &pace->limits[i];

		if (suspect[i])
			dysk_pace_cut(limit, dysk_pace_measured(pace, i, now),
				      dysk_pace_least[i], apart);
		if (limit->due < now)
			limit->due = now;
	}
	pace->cut_at = now;
	pace->sent_at = now;
}

u64 dysk_pace_requests(const struct dysk_pace *pace)
{
	return (pace->limits[DYSK_PACE_REQUESTS].rate + DYSK_PACE_REQUEST / 2) /
	       DYSK_PACE_REQUEST;
}
