/* SPDX-License-Identifier: MIT */
/*
 * What a worker does follows from the seed: its change number v is the same
 * for everybody who knows the plan. So whoever has seen "worker 3 was told
 * that change 17 is done" knows each byte that must be there.
 *
 * WitnessPlan.java is the same in Java; a test compares the two.
 */
#ifndef WITNESS_PLAN_H
#define WITNESS_PLAN_H

#include <stdint.h>

#define BLOCK_BYTES	4096u
#define BLOCK_WORDS	(BLOCK_BYTES / 8)
#define CHANGE_BLOCKS_MAX	1024u	/* 4 MiB: the longest request of the service */
#define WORKERS_MAX	64u

struct plan {
	uint64_t seed;
	uint64_t first;		/* block of the device at which the area begins */
	uint32_t blocks;	/* of the area; a worker has an equal part of it */
	uint32_t workers;
	uint32_t longest;	/* blocks of one change */
	uint32_t clears;	/* percent of the changes */
};

enum change_kind { WRITE, DISCARD, ZERO_OUT };

struct change {
	enum change_kind kind;
	uint32_t block;		/* of the area */
	uint32_t count;
};

uint64_t plan_mix(uint64_t x);
uint64_t plan_hash(const struct plan *plan, uint32_t worker, uint64_t version);

/* Says what is wrong with it, or gives NULL. */
const char *plan_fault(const struct plan *plan);

/* A worker's change number @version, from 1. */
struct change plan_change(const struct plan *plan, uint32_t worker, uint64_t version);

static inline uint32_t plan_part(const struct plan *plan)
{
	return plan->blocks / plan->workers;
}

/* Whose block that is. */
static inline uint32_t plan_worker(const struct plan *plan, uint32_t block)
{
	return block / plan_part(plan);
}

static inline int change_covers(const struct change *change, uint32_t block)
{
	return block >= change->block && block - change->block < change->count;
}

#endif
