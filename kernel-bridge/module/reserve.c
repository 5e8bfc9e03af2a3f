// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's last memory, and how little of it a device may use.
 *
 * What is sent is copied.  When memory is short the copies come from a reserve,
 * and so do the answers that free memory again: if what waits to be sent took
 * all of it, everybody would wait for ever.  So then a few connections of each
 * device go on with a little at a time, and its others wait until these have
 * their answers, or memory isn't short any more.  Requests without data, and so
 * raises, are never kept back.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "dysk.h"

#define DYSK_RESERVE_CONNS	4
#define DYSK_RESERVE_LOOK_MS	20

/* In the I/O path only: it must not wait (PF_MEMALLOC). */
bool dysk_reserve_is_next(void)
{
	struct page *page = alloc_page(GFP_NOIO | __GFP_NOWARN);
	bool last = !page || page_is_pfmemalloc(page);

	if (page)
		__free_page(page);
	return last;
}

static void dysk_reserve_wait(struct dysk_conn *conn)
{
	set_bit(DYSK_CONN_STARVED, &conn->flags);
	conn->dev->starved = true;
	dysk_tick_arm(conn->dev, msecs_to_jiffies(DYSK_RESERVE_LOOK_MS));
}

bool dysk_reserve_take(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;
	bool may;

	spin_lock(&dev->lock);
	if (!conn->on_reserve && dev->on_reserve < DYSK_RESERVE_CONNS) {
		conn->on_reserve = true;
		dev->on_reserve++;
	}
	may = conn->on_reserve;
	if (!may)
		dysk_reserve_wait(conn);
	spin_unlock(&dev->lock);
	return may;
}

void dysk_reserve_empty(struct dysk_conn *conn)
{
	spin_lock(&conn->dev->lock);
	dysk_reserve_wait(conn);
	spin_unlock(&conn->dev->lock);
}

void dysk_reserve_look(struct dysk_device *dev)
{
	u32 i;

	if (!dev->starved)
		return;
	dev->starved = false;
	for (i = 0; i < dev->conn_count; i++)
		if (test_and_clear_bit(DYSK_CONN_STARVED,
				       &dev->conns[i]->flags))
			dysk_conn_kick(dev->conns[i]);
}

void dysk_reserve_return(struct dysk_conn *conn)
{
	if (!conn->on_reserve)
		return;
	conn->on_reserve = false;
	conn->dev->on_reserve--;
	dysk_reserve_look(conn->dev);
}
