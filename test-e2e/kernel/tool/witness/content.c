// SPDX-License-Identifier: MIT
#include "content.h"
#include "plan.h"

#define MAGIC	0x7373656e74695764	/* "dWitness" */
#define STEP	0x9e3779b97f4a7c15
#define PRIME	0x100000001b3

static uint64_t sum(const uint64_t *words)
{
	uint64_t s = MAGIC;
	unsigned int i;

	for (i = 0; i < BLOCK_WORDS - 1; i++) {
		s = (s ^ words[i]) * PRIME;
		s ^= s >> 29;
	}
	return s;
}

void content_fill(void *block, const struct stamp *stamp)
{
	uint64_t x = plan_mix(stamp->seed ^ plan_mix(stamp->block ^ plan_mix(stamp->version)));
	uint64_t *words = block;
	unsigned int i;

	words[0] = MAGIC;
	words[1] = stamp->seed;
	words[2] = stamp->block;
	words[3] = stamp->version;
	for (i = 4; i < BLOCK_WORDS - 1; i++) {
		x += STEP;
		words[i] = x ^ x >> 32;
	}
	words[BLOCK_WORDS - 1] = sum(words);
}

enum content content_read(const void *block, struct stamp *stamp)
{
	const uint64_t *words = block;
	uint64_t any = 0;
	unsigned int i;

	for (i = 0; i < BLOCK_WORDS; i++)
		any |= words[i];
	if (!any)
		return CONTENT_ZEROS;
	if (words[0] != MAGIC || words[BLOCK_WORDS - 1] != sum(words))
		return CONTENT_TORN;
	stamp->seed = words[1];
	stamp->block = words[2];
	stamp->version = words[3];
	return CONTENT_STAMPED;
}
