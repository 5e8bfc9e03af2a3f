/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world that the fence lives in, small enough to visit all of it.
 *
 * A server has some pages and a sequence number.  A request that was sent may
 * be served at any later time, in any order, even when its sender has long
 * given up on it, or never.  An answer may be late or lost.  Attachers write
 * to the pages over several connections, one page each; what they do after an
 * answer, or without one, fence.c decides.
 */
#ifndef DYSK_FENCE_WORLD_H
#define DYSK_FENCE_WORLD_H

#include "../fence.h"

#define ATTACHERS_MAX	2
#define PAGES_MAX	3
#define GHOSTS_MAX	8

/* Who decides: fence.c, or a variant that must be found out. */
struct policy {
	enum dysk_write_step (*write_step)(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sent_epoch, bool handed_over);
	enum dysk_raise_step (*raise_step)(struct dysk_fence *fence,
					   enum dysk_verdict verdict,
					   u64 sequence);
	u64 (*attach_epoch)(u64 sequence);
	u64 (*target)(const struct dysk_fence *fence);
};

extern const struct policy as_built;

/**
 * struct world_rules - what may happen in a world
 * @attachers: at most ATTACHERS_MAX
 * @connections: of each; each writes to its own page, at most PAGES_MAX
 * @writes: to each page by each attacher
 * @faults: time limits that may pass, connections that may break
 * @reattaches: times that an attacher may give up, or die, and attach again
 * @own_leases: an attacher breaks the lease of the other; else they share one
 * @no_if_match: attaching isn't conditional on the etag
 * @increments: raises increment, instead of setting the larger number
 * @policy: who decides
 */
struct world_rules {
	u8 attachers;
	u8 connections;
	u8 writes;
	u8 faults;
	u8 reattaches;
	bool own_leases;
	bool no_if_match;
	bool increments;
	const struct policy *policy;
};

/*
 * Epochs are kept as generation << 4 | counter, senders as
 * attacher << 4 | incarnation, plus one; everything is bytes, so worlds can be
 * compared and hashed as memory.
 */

enum slot_phase {
	SLOT_IDLE,	/* write number @write comes next */
	SLOT_READY,	/* to be sent again */
	SLOT_SENT,	/* not yet served */
	SLOT_ANSWERED,	/* served, the answer is on its way */
	SLOT_PARKED,
	SLOT_LOST,	/* its device died, or gave up */
};

struct slot {
	u8 phase;
	u8 write;
	u8 epoch;	/* it was sent with */
	u8 verdict;	/* ANSWERED */
	u8 failed;	/* writes before it that failed, since one was done */
};

/* A write that nobody waits for any more, and that is still to be served. */
struct write_ghost {
	u8 sender;	/* 0: none */
	u8 write;
	u8 epoch;
};

struct page {
	u8 value;
	u8 acked;	/* the last value that was acknowledged */
	struct slot slots[ATTACHERS_MAX];
	struct write_ghost ghosts[GHOSTS_MAX];
};

enum attacher_phase {
	ATTACHER_OFF,
	ATTACHER_HEAD_SENT,
	ATTACHER_HEAD_ANSWERED,
	ATTACHER_TAKE_SENT,	/* the raise that takes a generation */
	ATTACHER_TAKE_ANSWERED,
	ATTACHER_LIVE,
	ATTACHER_DEAD,
};

enum raise_phase {
	RAISE_NONE,
	RAISE_SENT,
	RAISE_ANSWERED,
};

struct attacher {
	u8 phase;
	u8 incarnation;
	u8 epoch;	/* struct dysk_fence */
	u8 raising;
	u8 raise_phase;
	u8 target;	/* of the raise, or of taking a generation */
	u8 verdict;	/* the answer on its way */
	u8 sequence;	/* in it */
	u8 fresh;	/* the etag it read is still that of the blob */
};

/* A raise that nobody waits for any more. */
struct raise_ghost {
	u8 sender;	/* 0: none */
	u8 target;
	u8 takes;	/* a generation, if the etag fits: it still does */
};

struct world {
	u8 sequence;
	u8 owner;	/* sender that took its generation last */
	u8 lease;	/* attacher, with own_leases */
	u8 faults;	/* still to come */
	u8 reattaches;	/* still to come */
	struct attacher attachers[ATTACHERS_MAX];
	struct raise_ghost raises[GHOSTS_MAX];
	struct page pages[PAGES_MAX];	/* the last, so that unused ones are not kept */
};

static inline size_t world_size(const struct world_rules *rules)
{
	return offsetof(struct world, pages) +
	       rules->connections * sizeof(struct page);
}

/* What happened between two worlds. */
struct event {
	const char *what;
	u8 attacher;
	u8 page;
};

/* Takes a world that may follow, and what is wrong with it, or NULL. */
struct successor_sink {
	void (*take)(struct successor_sink *sink, const struct world *next,
		     const struct event *event, const char *wrong);
};

void world_init(const struct world_rules *rules, struct world *world);

/* All that can happen next. */
void world_successors(const struct world_rules *rules,
		      const struct world *world, struct successor_sink *sink);

#endif /* DYSK_FENCE_WORLD_H */
