// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "fence_world.h"

const struct policy as_built = {
	.write_step = dysk_fence_write_step,
	.raise_step = dysk_fence_raise_step,
	.attach_epoch = dysk_fence_attach_epoch,
	.target = dysk_fence_target,
};

/* One successor being made. */
struct making {
	const struct world_rules *rules;
	struct world w;
	const char *wrong;
};

static void wrong(struct making *m, const char *what)
{
	if (!m->wrong)
		m->wrong = what;
}

/* ---- numbers ------------------------------------------------------------- */

static u64 wide(u8 epoch)
{
	return (u64)(epoch >> 4) << DYSK_EPOCH_SHIFT | (epoch & 15);
}

static u8 narrow(u64 epoch)
{
	u64 generation = epoch >> DYSK_EPOCH_SHIFT;
	u64 counter = epoch & ((1ULL << DYSK_EPOCH_SHIFT) - 1);

	if (generation > 15 || counter > 15) {
		fprintf(stderr, "world too small for epoch %llx\n",
			(unsigned long long)epoch);
		abort();
	}
	return (u8)(generation << 4 | counter);
}

static u8 sender_of(const struct world *w, u8 c)
{
	return (u8)((c << 4 | w->attachers[c].incarnation) + 1);
}

static u8 attacher_of(u8 sender)
{
	return (u8)(sender - 1) >> 4;
}

static u8 value_of(u8 c, u8 write)
{
	return (u8)(1 + c * 16 + write);
}

static struct dysk_fence fence_of(const struct attacher *a)
{
	return (struct dysk_fence) {
		.epoch = wide(a->epoch), .raising = a->raising,
	};
}

static void keep_fence(struct attacher *a, const struct dysk_fence *fence)
{
	a->epoch = narrow(fence->epoch);
	a->raising = fence->raising;
}

/* ---- requests without a sender ------------------------------------------- */

static void add_write_ghost(struct making *m, u8 sender, struct page *page,
			    const struct slot *slot)
{
	int i;

	for (i = 0; i < GHOSTS_MAX; i++) {
		if (page->ghosts[i].sender)
			continue;
		page->ghosts[i] = (struct write_ghost) {
			.sender = sender, .write = slot->write,
			.epoch = slot->epoch,
		};
		return;
	}
	wrong(m, "world too small for its ghosts");
}

static void add_raise_ghost(struct making *m, u8 sender, u8 target, u8 takes)
{
	int i;

	for (i = 0; i < GHOSTS_MAX; i++) {
		if (m->w.raises[i].sender)
			continue;
		m->w.raises[i] = (struct raise_ghost) {
			.sender = sender, .target = target, .takes = takes,
		};
		return;
	}
	wrong(m, "world too small for its ghosts");
}

/* ---- the server ---------------------------------------------------------- */

/* The etag changes. */
static void blob_changed(struct making *m)
{
	int i;

	for (i = 0; i < ATTACHERS_MAX; i++)
		m->w.attachers[i].fresh = 0;
	if (m->rules->no_if_match)
		return;
	for (i = 0; i < GHOSTS_MAX; i++)
		if (m->w.raises[i].takes)
			memset(&m->w.raises[i], 0, sizeof(m->w.raises[i]));
}

static bool lease_refused(const struct making *m, u8 sender)
{
	return m->rules->own_leases && m->w.lease != attacher_of(sender);
}

static enum dysk_verdict serve_write(struct making *m, u8 sender,
				     struct page *page, u8 write, u8 epoch)
{
	if (lease_refused(m, sender))
		return DYSK_VERDICT_LEASE;
	if (epoch != m->w.sequence)
		return DYSK_VERDICT_SEQUENCE;
	page->value = value_of(attacher_of(sender), write);
	blob_changed(m);
	if (m->w.owner != sender)
		wrong(m, "a write of a fenced attachment was applied");
	return DYSK_VERDICT_DONE;
}

static enum dysk_verdict serve_raise(struct making *m, u8 sender, u8 target)
{
	if (lease_refused(m, sender))
		return DYSK_VERDICT_LEASE;
	if (m->rules->increments)
		m->w.sequence++;
	else if (target > m->w.sequence)
		m->w.sequence = target;
	blob_changed(m);
	return DYSK_VERDICT_DONE;
}

static enum dysk_verdict serve_take(struct making *m, u8 sender, u8 target,
				    bool fresh)
{
	if (lease_refused(m, sender))
		return DYSK_VERDICT_LEASE;
	if (!fresh && !m->rules->no_if_match)
		return DYSK_VERDICT_CONDITION;
	if (target > m->w.sequence)
		m->w.sequence = target;
	blob_changed(m);
	m->w.owner = sender;
	return DYSK_VERDICT_DONE;
}

/* ---- the attachers ------------------------------------------------------- */

/* Nobody waits for what was sent. */
static void abandon(struct making *m, u8 c)
{
	struct attacher *a = &m->w.attachers[c];
	u8 sender = sender_of(&m->w, c);
	int j;

	for (j = 0; j < m->rules->connections; j++) {
		struct page *page = &m->w.pages[j];
		struct slot *slot = &page->slots[c];

		if (slot->phase == SLOT_SENT)
			add_write_ghost(m, sender, page, slot);
		if (slot->phase == SLOT_IDLE)
			continue;
		slot->phase = SLOT_LOST;
		slot->epoch = 0;
		slot->verdict = 0;
	}
	if (a->raise_phase == RAISE_SENT)
		add_raise_ghost(m, sender, a->target, false);
	*a = (struct attacher) {
		.phase = ATTACHER_DEAD, .incarnation = a->incarnation,
	};
}

static void acknowledge(struct making *m, u8 c, struct page *page)
{
	struct slot *slot = &page->slots[c];
	u8 value = value_of(c, slot->write);

	/* a late answer to an attacher that has been replaced says nothing */
	if (page->value == value)
		page->acked = value;
	else if (m->w.owner == sender_of(&m->w, c))
		wrong(m, "an acknowledged write is not there");
	*slot = (struct slot) { .write = (u8)(slot->write + 1) };
}

static void fail_write(struct slot *slot)
{
	*slot = (struct slot) {
		.write = (u8)(slot->write + 1),
		.failed = (u8)(slot->failed + 1),
	};
}

static void start_raise(struct making *m, u8 c)
{
	struct attacher *a = &m->w.attachers[c];
	struct dysk_fence fence = fence_of(a);
	u64 target;

	if (a->raise_phase != RAISE_NONE)
		return;
	target = m->rules->policy->target(&fence);
	if (!target) {
		wrong(m, "a generation was used up");
		return;
	}
	a->target = narrow(target);
	a->raise_phase = RAISE_SENT;
}

static void die_fenced(struct making *m, u8 c)
{
	if (m->w.owner == sender_of(&m->w, c))
		wrong(m, "a device died for nothing");
	abandon(m, c);
}

static void die_without_lease(struct making *m, u8 c)
{
	if (!m->rules->own_leases || m->w.lease == c)
		wrong(m, "a device died for nothing");
	abandon(m, c);
}

/* A try of a write is over. */
static void settle_write(struct making *m, u8 c, struct page *page,
			 enum dysk_verdict verdict, bool handed_over)
{
	struct attacher *a = &m->w.attachers[c];
	struct slot *slot = &page->slots[c];
	struct dysk_fence fence = fence_of(a);
	enum dysk_write_step step;

	step = m->rules->policy->write_step(&fence, verdict, wide(slot->epoch),
					    handed_over);
	keep_fence(a, &fence);
	slot->verdict = 0;
	switch (step) {
	case DYSK_WRITE_COMPLETE:
		acknowledge(m, c, page);
		break;
	case DYSK_WRITE_RESEND:
	case DYSK_WRITE_HOLD:
		slot->phase = SLOT_READY;
		slot->epoch = 0;
		break;
	case DYSK_WRITE_PARK:
		slot->phase = SLOT_PARKED;
		slot->epoch = 0;
		start_raise(m, c);
		break;
	case DYSK_WRITE_FAIL:
		fail_write(slot);
		break;
	case DYSK_WRITE_FENCED:
		die_fenced(m, c);
		break;
	case DYSK_WRITE_LEASE:
		die_without_lease(m, c);
		break;
	case DYSK_WRITE_GONE:
		wrong(m, "the blob is still there");
		break;
	}
}

/* A try of a raise is over. */
static void settle_raise(struct making *m, u8 c, enum dysk_verdict verdict,
			 u64 sequence)
{
	struct attacher *a = &m->w.attachers[c];
	struct dysk_fence fence = fence_of(a);
	enum dysk_raise_step step;
	int j;

	step = m->rules->policy->raise_step(&fence, verdict, sequence);
	keep_fence(a, &fence);
	a->verdict = 0;
	a->sequence = 0;
	switch (step) {
	case DYSK_RAISE_DONE:
		a->raise_phase = RAISE_NONE;
		a->target = 0;
		for (j = 0; j < m->rules->connections; j++) {
			struct slot *slot = &m->w.pages[j].slots[c];

			if (slot->phase == SLOT_PARKED)
				slot->phase = SLOT_READY;
		}
		break;
	case DYSK_RAISE_AGAIN:
		a->raise_phase = RAISE_SENT;
		break;
	case DYSK_RAISE_FENCED:
		die_fenced(m, c);
		break;
	case DYSK_RAISE_LEASE:
		die_without_lease(m, c);
		break;
	case DYSK_RAISE_GONE:
		wrong(m, "the blob is still there");
		break;
	}
}

/* ---- what must hold ------------------------------------------------------ */

static bool may_show(const struct page *page, u8 c)
{
	const struct slot *slot = &page->slots[c];
	int failed;

	if (slot->phase != SLOT_IDLE &&
	    page->value == value_of(c, slot->write))
		return true;
	for (failed = 1; failed <= slot->failed; failed++)
		if (page->value == value_of(c, (u8)(slot->write - failed)))
			return true;
	return false;
}

/* A page has what was acknowledged last, or what came later and is open. */
static void check_pages(struct making *m)
{
	int c, j;

	for (j = 0; j < m->rules->connections; j++) {
		const struct page *page = &m->w.pages[j];
		bool ok = page->value == page->acked;

		for (c = 0; c < m->rules->attachers && !ok; c++)
			ok = may_show(page, (u8)c);
		if (!ok)
			wrong(m, "a ghost overwrote an acknowledged write");
	}
}

static void check_fences(struct making *m)
{
	int c;

	for (c = 0; c < m->rules->attachers; c++) {
		const struct attacher *a = &m->w.attachers[c];

		if (!a->raising != (a->raise_phase == RAISE_NONE))
			wrong(m, "raising, and no raise under way, or reverse");
	}
}

/* ---- one world for all that differ in nothing that matters --------------- */

static int compare_ghosts(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct write_ghost));
}

static int compare_raises(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct raise_ghost));
}

static int compare_pages(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct page));
}

static void normalise(struct making *m)
{
	int i, j;

	for (j = 0; j < m->rules->connections; j++) {
		struct page *page = &m->w.pages[j];

		/* the number never falls: these are refused for ever */
		for (i = 0; i < GHOSTS_MAX; i++)
			if (page->ghosts[i].sender &&
			    page->ghosts[i].epoch < m->w.sequence)
				memset(&page->ghosts[i], 0,
				       sizeof(page->ghosts[i]));
		qsort(page->ghosts, GHOSTS_MAX, sizeof(page->ghosts[0]),
		      compare_ghosts);
	}
	qsort(m->w.raises, GHOSTS_MAX, sizeof(m->w.raises[0]), compare_raises);
	/* nothing tells one page from another */
	qsort(m->w.pages, m->rules->connections, sizeof(m->w.pages[0]),
	      compare_pages);
}

/* ---- what can happen ----------------------------------------------------- */

struct expansion {
	const struct world_rules *rules;
	const struct world *from;
	struct successor_sink *sink;
	unsigned int count;
};

static struct making begin(const struct expansion *x)
{
	return (struct making) { .rules = x->rules, .w = *x->from };
}

static void end(struct expansion *x, struct making *m, const char *what, int c,
		int j)
{
	const struct event event = {
		.what = what, .attacher = (u8)c, .page = (u8)j,
	};

	check_pages(m);
	check_fences(m);
	normalise(m);
	x->count++;
	x->sink->take(x->sink, &m->w, &event, m->wrong);
}

static void expand_attach(struct expansion *x, u8 c)
{
	struct making m = begin(x);
	struct attacher *a = &m.w.attachers[c];
	u8 sender = sender_of(&m.w, c);
	u64 target;

	switch (a->phase) {
	case ATTACHER_OFF:
		a->phase = ATTACHER_HEAD_SENT;
		m.w.lease = m.rules->own_leases ? c : 0;
		end(x, &m, "attaches: HEAD sent", c, 0);
		break;
	case ATTACHER_HEAD_SENT:
		a->phase = ATTACHER_HEAD_ANSWERED;
		a->sequence = m.w.sequence;
		a->fresh = 1;
		end(x, &m, "HEAD served", c, 0);
		break;
	case ATTACHER_HEAD_ANSWERED:
		target = m.rules->policy->attach_epoch(wide(a->sequence));
		a->target = narrow(target);
		a->sequence = 0;
		a->phase = ATTACHER_TAKE_SENT;
		end(x, &m, "knows the number, takes the next generation", c, 0);
		break;
	case ATTACHER_TAKE_SENT:
		a->verdict = (u8)serve_take(&m, sender, a->target, a->fresh);
		a->sequence = m.w.sequence;
		a->phase = ATTACHER_TAKE_ANSWERED;
		a->fresh = 0;
		end(x, &m, "generation served", c, 0);
		break;
	case ATTACHER_TAKE_ANSWERED:
		if (a->verdict == DYSK_VERDICT_DONE &&
		    a->sequence == a->target) {
			struct dysk_fence fence;

			dysk_fence_init(&fence, wide(a->target));
			*a = (struct attacher) {
				.phase = ATTACHER_LIVE,
				.incarnation = a->incarnation,
			};
			keep_fence(a, &fence);
		} else {
			*a = (struct attacher) {
				.phase = a->verdict == DYSK_VERDICT_LEASE ?
					 ATTACHER_DEAD : ATTACHER_OFF,
				.incarnation = a->incarnation,
			};
		}
		end(x, &m, "hears of its generation", c, 0);
		break;
	}
}

/* The answer to what it sent while attaching is lost, or late. */
static void expand_attach_fault(struct expansion *x, u8 c)
{
	struct making m = begin(x);
	struct attacher *a = &m.w.attachers[c];

	if (!m.w.faults || a->phase < ATTACHER_HEAD_SENT ||
	    a->phase > ATTACHER_TAKE_ANSWERED)
		return;
	m.w.faults--;
	if (a->phase == ATTACHER_TAKE_SENT &&
	    (a->fresh || m.rules->no_if_match))
		add_raise_ghost(&m, sender_of(&m.w, c), a->target, true);
	*a = (struct attacher) { .incarnation = a->incarnation };
	end(x, &m, "gives this try of attaching up", c, 0);
}

static void expand_idle_slot(struct expansion *x, u8 c, int j)
{
	const struct slot *slot = &x->from->pages[j].slots[c];
	struct dysk_fence fence = fence_of(&x->from->attachers[c]);
	struct making m;

	if (slot->phase == SLOT_IDLE && slot->write == x->rules->writes)
		return;
	if (!dysk_fence_may_write(&fence))
		return;
	m = begin(x);
	m.w.pages[j].slots[c].phase = SLOT_SENT;
	m.w.pages[j].slots[c].epoch = m.w.attachers[c].epoch;
	end(x, &m, "sends a write", c, j);

	if (!x->from->faults)
		return;
	m = begin(x);
	m.w.faults--;
	m.w.pages[j].slots[c].phase = SLOT_SENT;
	m.w.pages[j].slots[c].epoch = m.w.attachers[c].epoch;
	settle_write(&m, c, &m.w.pages[j], DYSK_VERDICT_UNKNOWN, false);
	end(x, &m, "breaks the connection before a write is all sent", c, j);
}

static void expand_slot(struct expansion *x, u8 c, int j)
{
	const struct slot *slot = &x->from->pages[j].slots[c];
	struct making m = begin(x);
	struct page *page = &m.w.pages[j];

	switch (slot->phase) {
	case SLOT_IDLE:
	case SLOT_READY:
		expand_idle_slot(x, c, j);
		return;
	case SLOT_SENT:
		page->slots[c].verdict =
			(u8)serve_write(&m, sender_of(&m.w, c), page,
					slot->write, slot->epoch);
		page->slots[c].phase = SLOT_ANSWERED;
		end(x, &m, "write served", c, j);
		m = begin(x);
		settle_write(&m, c, page, DYSK_VERDICT_THROTTLED, true);
		end(x, &m, "write refused: busy", c, j);
		break;
	case SLOT_ANSWERED:
		settle_write(&m, c, page, (enum dysk_verdict)slot->verdict,
			     true);
		end(x, &m, "hears of its write", c, j);
		break;
	default:
		return;
	}
	/* sent or answered: but it hears nothing of it */
	if (!x->from->faults)
		return;
	m = begin(x);
	m.w.faults--;
	if (slot->phase == SLOT_SENT)
		add_write_ghost(&m, sender_of(&m.w, c), page, slot);
	settle_write(&m, c, page, DYSK_VERDICT_UNKNOWN, true);
	end(x, &m, "hears nothing of its write", c, j);
}

static void expand_raise(struct expansion *x, u8 c)
{
	const struct attacher *from = &x->from->attachers[c];
	struct making m = begin(x);
	struct attacher *a = &m.w.attachers[c];
	u8 sender = sender_of(&m.w, c);

	if (from->raise_phase == RAISE_NONE)
		return;
	if (from->raise_phase == RAISE_SENT) {
		a->verdict = (u8)serve_raise(&m, sender, a->target);
		a->sequence = m.w.sequence;
		a->raise_phase = RAISE_ANSWERED;
		end(x, &m, "raise served", c, 0);
	} else {
		settle_raise(&m, c, (enum dysk_verdict)from->verdict,
			     wide(from->sequence));
		end(x, &m, "hears of its raise", c, 0);
	}
	if (!x->from->faults)
		return;
	m = begin(x);
	m.w.faults--;
	if (from->raise_phase == RAISE_SENT)
		add_raise_ghost(&m, sender, from->target, false);
	settle_raise(&m, c, DYSK_VERDICT_UNKNOWN, 0);
	end(x, &m, "hears nothing of its raise", c, 0);
}

/* The device dies, or is detached by force, and the volume attached again. */
static void expand_reattach(struct expansion *x, u8 c)
{
	struct making m = begin(x);
	struct attacher *a = &m.w.attachers[c];
	int j;

	if (!m.w.reattaches ||
	    (a->phase != ATTACHER_LIVE && a->phase != ATTACHER_DEAD))
		return;
	m.w.reattaches--;
	abandon(&m, c);
	for (j = 0; j < m.rules->connections; j++)
		if (m.w.pages[j].slots[c].phase == SLOT_LOST)
			fail_write(&m.w.pages[j].slots[c]);
	*a = (struct attacher) { .incarnation = (u8)(a->incarnation + 1) };
	end(x, &m, "gives up, and will attach again", c, 0);
}

static void expand_ghosts(struct expansion *x)
{
	struct making m;
	int i, j;

	for (i = 0; i < GHOSTS_MAX; i++) {
		const struct raise_ghost ghost = x->from->raises[i];

		if (!ghost.sender)
			continue;
		m = begin(x);
		memset(&m.w.raises[i], 0, sizeof(m.w.raises[i]));
		if (ghost.takes)
			serve_take(&m, ghost.sender, ghost.target, true);
		else
			serve_raise(&m, ghost.sender, ghost.target);
		end(x, &m, "late raise served", attacher_of(ghost.sender), 0);
	}
	for (j = 0; j < x->rules->connections; j++)
		for (i = 0; i < GHOSTS_MAX; i++) {
			const struct write_ghost ghost =
				x->from->pages[j].ghosts[i];

			if (!ghost.sender)
				continue;
			m = begin(x);
			memset(&m.w.pages[j].ghosts[i], 0, sizeof(ghost));
			serve_write(&m, ghost.sender, &m.w.pages[j],
				    ghost.write, ghost.epoch);
			end(x, &m, "late write served",
			    attacher_of(ghost.sender), j);
		}
}

static bool all_done(const struct world_rules *rules, const struct world *w)
{
	int c, j;

	for (c = 0; c < rules->attachers; c++) {
		if (w->attachers[c].phase == ATTACHER_DEAD)
			continue;
		if (w->attachers[c].phase != ATTACHER_LIVE)
			return false;
		for (j = 0; j < rules->connections; j++)
			if (w->pages[j].slots[c].phase != SLOT_IDLE ||
			    w->pages[j].slots[c].write < rules->writes)
				return false;
	}
	return true;
}

void world_successors(const struct world_rules *rules,
		      const struct world *world, struct successor_sink *sink)
{
	struct expansion x = { .rules = rules, .from = world, .sink = sink };
	struct making m;
	int j;
	u8 c;

	for (c = 0; c < rules->attachers; c++) {
		expand_attach(&x, c);
		expand_attach_fault(&x, c);
		if (world->attachers[c].phase == ATTACHER_LIVE) {
			for (j = 0; j < rules->connections; j++)
				expand_slot(&x, c, j);
			expand_raise(&x, c);
		}
		expand_reattach(&x, c);
	}
	expand_ghosts(&x);
	if (!x.count && !all_done(rules, world)) {
		m = begin(&x);
		wrong(&m, "nothing can happen, and not all is done");
		end(&x, &m, "standstill", 0, 0);
	}
}

void world_init(const struct world_rules *rules, struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->faults = rules->faults;
	world->reattaches = rules->reattaches;
}
