// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "plan.h"

uint64_t plan_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

uint64_t plan_hash(const struct plan *plan, uint32_t worker, uint64_t version)
{
	return plan_mix(plan->seed ^ plan_mix(((uint64_t)worker << 48) + version));
}

const char *plan_fault(const struct plan *plan)
{
	if (!plan->workers || plan->workers > WORKERS_MAX)
		return "workers must be 1 to 64";
	if (!plan->longest || plan->longest > CHANGE_BLOCKS_MAX)
		return "longest must be 1 to 1024 blocks";
	if (plan->blocks % plan->workers || plan_part(plan) < plan->longest)
		return "blocks must be a multiple of workers, and each part as long as the longest change";
	if (plan->clears > 100)
		return "clears is in percent";
	return NULL;
}

struct change plan_change(const struct plan *plan, uint32_t worker, uint64_t version)
{
	uint64_t h = plan_hash(plan, worker, version);
	uint32_t part = plan_part(plan);
	uint32_t steps = 32 - __builtin_clz(plan->longest);
	struct change change;

	/* As often short as long, half of them of an odd length. */
	change.count = 1u << (h >> 16 & 0xff) % steps;
	if (h >> 24 & 1)
		change.count = 1 + (h >> 25 & 0x7fff) % change.count;
	change.block = worker * part + (h >> 40) % (part - change.count + 1);
	if ((h & 0xffff) % 100 >= plan->clears)
		change.kind = WRITE;
	else
		change.kind = (h & 0xffff) / 100 & 1 ? DISCARD : ZERO_OUT;
	return change;
}
