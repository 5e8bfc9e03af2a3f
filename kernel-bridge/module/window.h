/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many requests for data may be under way at once: as many as there may be
 * connections, until one gets no answer in time.  Then it may have been too
 * many for a slow link or a slow service, and all that is sent again makes it
 * slower still.  So it goes on with half as many, and one more after each round
 * that went well, as TCP does (RFC 5681).
 */
#ifndef DYSK_WINDOW_H
#define DYSK_WINDOW_H

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* One that is stuck must not stop all others. */
#define DYSK_WINDOW_MIN	2

struct dysk_window {
	u32 size;
	u32 done;		/* since the size changed */
	ktime_t cut;		/* when it became smaller */
};

static inline void dysk_window_init(struct dysk_window *window, u32 most)
{
	*window = (struct dysk_window) { .size = most };
}

/* A request was answered; there may be @most. */
static inline void dysk_window_answered(struct dysk_window *window, u32 most)
{
	if (window->size >= most || ++window->done < window->size)
		return;
	window->size++;
	window->done = 0;
}

/* One of @busy was not.  Those that were sent with it tell nothing new. */
static inline void dysk_window_timed_out(struct dysk_window *window, u32 busy,
					 ktime_t sent)
{
	if (ktime_before(sent, window->cut))
		return;
	window->size = max_t(u32, min(window->size, busy) / 2, DYSK_WINDOW_MIN);
	window->done = 0;
	window->cut = ktime_get();
}

#endif
