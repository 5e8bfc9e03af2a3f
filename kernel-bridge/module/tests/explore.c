// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "explore.h"

#define NONE	U32_MAX

/* How a world came about. */
struct origin {
	u32 parent;
	struct event event;
};

struct explorer {
	struct successor_sink sink;
	size_t size;		/* of a world, as kept */
	u8 *worlds;
	struct origin *origins;
	u32 count;
	u32 room;
	u32 *table;		/* of indexes, open addressing */
	u32 mask;
	u32 present;		/* the one whose successors are looked for */
	u32 successors;
	const char *wrong;
	struct event last;
};

static void *more(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p) {
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	return p;
}

static u8 *world_at(const struct explorer *e, u32 i)
{
	return e->worlds + (size_t)i * e->size;
}

static u32 hash_of(const u8 *data, size_t size)
{
	u64 hash = 0x9e3779b97f4a7c15ULL, word;

	for (; size >= sizeof(word); data += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	while (size--)
		hash = (hash ^ *data++) * 0xff51afd7ed558ccdULL;
	return (u32)(hash ^ hash >> 29);
}

/* Where the world is in the table, or would be. */
static u32 *find(const struct explorer *e, const u8 *world)
{
	u32 at = hash_of(world, e->size) & e->mask;

	while (e->table[at] != NONE &&
	       memcmp(world_at(e, e->table[at]), world, e->size))
		at = (at + 1) & e->mask;
	return &e->table[at];
}

static void grow(struct explorer *e)
{
	u32 i;

	e->room *= 2;
	e->worlds = more(e->worlds, e->room * e->size);
	e->origins = more(e->origins, e->room * sizeof(*e->origins));
	e->mask = 2 * e->room - 1;
	e->table = more(e->table, 2ul * e->room * sizeof(*e->table));
	memset(e->table, 0xff, 2ul * e->room * sizeof(*e->table));
	for (i = 0; i < e->count; i++)
		*find(e, world_at(e, i)) = i;
}

static void add(struct explorer *e, const struct world *world,
		const struct event *event, u32 parent)
{
	u32 *place;

	if (e->count == e->room)
		grow(e);
	place = find(e, (const u8 *)world);
	if (*place != NONE)
		return;
	*place = e->count;
	memcpy(world_at(e, e->count), world, e->size);
	e->origins[e->count].parent = parent;
	e->origins[e->count].event = *event;
	e->count++;
}

static void take(struct successor_sink *sink, const struct world *next,
		 const struct event *event, const char *wrong)
{
	struct explorer *e = (struct explorer *)sink;

	e->successors++;
	if (e->wrong)
		return;
	if (wrong) {
		e->wrong = wrong;
		e->last = *event;
		return;
	}
	add(e, next, event, e->present);
}

static bool has_dead(const struct world_rules *rules, const struct world *world)
{
	int c;

	for (c = 0; c < rules->attachers; c++)
		if (world->attachers[c].phase == ATTACHER_DEAD)
			return true;
	return false;
}

static void show_event(const struct event *event)
{
	printf("        %c%u: %s\n", 'A' + event->attacher, event->page,
	       event->what);
}

/* The way to world @i; returns its length. */
static u32 show_way(const struct explorer *e, u32 i, bool show)
{
	u32 steps = 0, *way = NULL;

	for (; e->origins[i].parent != NONE; i = e->origins[i].parent) {
		way = more(way, (steps + 1) * sizeof(*way));
		way[steps++] = i;
	}
	for (i = steps; show && i > 0; i--)
		show_event(&e->origins[way[i - 1]].event);
	free(way);
	return steps;
}

struct exploration explore(const struct world_rules *rules, bool show)
{
	static const struct event beginning = { .what = "beginning" };
	struct explorer e = {
		.sink.take = take, .size = world_size(rules), .room = 1 << 12,
	};
	struct exploration found = { 0 };
	struct world world;

	grow(&e);
	world_init(rules, &world);
	add(&e, &world, &beginning, NONE);
	for (e.present = 0; e.present < e.count && !e.wrong; e.present++) {
		memset(&world, 0, sizeof(world));
		memcpy(&world, world_at(&e, e.present), e.size);
		e.successors = 0;
		world_successors(rules, &world, &e.sink);
		found.finished += !e.successors;
		found.died += has_dead(rules, &world);
	}
	found.wrong = e.wrong;
	found.worlds = e.count;
	if (e.wrong) {
		found.steps = show_way(&e, e.present - 1, show) + 1;
		if (show)
			show_event(&e.last);
	}
	free(e.worlds);
	free(e.origins);
	free(e.table);
	return found;
}
