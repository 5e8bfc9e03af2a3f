/* SPDX-License-Identifier: GPL-2.0 */
/* Visiting every world that can come about, breadth first. */
#ifndef DYSK_EXPLORE_H
#define DYSK_EXPLORE_H

#include "fence_world.h"

/**
 * struct exploration - what was found
 * @wrong: what went wrong first, or NULL
 * @worlds: different ones that were visited
 * @finished: of them, those where nothing more can happen
 * @died: of them, those with a dead device
 * @steps: from the beginning to what went wrong; no way there is shorter
 */
struct exploration {
	const char *wrong;
	u32 worlds;
	u32 finished;
	u32 died;
	u32 steps;
};

/* Prints the way to what went wrong if @show. */
struct exploration explore(const struct world_rules *rules, bool show);

#endif /* DYSK_EXPLORE_H */
