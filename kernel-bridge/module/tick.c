// SPDX-License-Identifier: GPL-2.0
/*
 * Time: how long to wait before the next try, when to give up, and the tick
 * that looks after both.  A device with nothing open and nothing to do has no
 * tick.
 */
#include <linux/random.h>

#include "dysk.h"

unsigned int dysk_backoff_ms(u32 tries)
{
	unsigned int ms = DYSK_BACKOFF_FIRST_MS << min(tries, 12u);
	u32 random = get_random_u32();

	ms = min_t(unsigned int, ms, DYSK_BACKOFF_MAX_MS);
	/* Half to the whole of it: clients must not come back in step. */
	return ms / 2 + random % (ms / 2 + 1);
}

bool dysk_patience_over(const struct dysk_device *dev, unsigned long since)
{
	u32 limit = dev->limits.no_path_timeout_s;

	return limit != DYSK_NO_PATH_FOREVER &&
	       time_after(jiffies, since + (unsigned long)limit * HZ);
}

unsigned long dysk_tick_interval(const struct dysk_device *dev)
{
	u32 ms = min(dev->limits.request_timeout_ms,
		     dev->limits.idle_timeout_ms) / 4;

	return msecs_to_jiffies(clamp_t(u32, ms, 20, DYSK_TICK_MS));
}

/* Look again no later than in @delay jiffies. */
void dysk_tick_arm(struct dysk_device *dev, unsigned long delay)
{
	unsigned long at = jiffies + delay;

	if (dev->stopping || (dev->ticking && !time_before(at, dev->tick_at)))
		return;
	dev->ticking = true;
	dev->tick_at = at;
	mod_delayed_work(dysk_wq, &dev->tick, delay);
}

/* Under the lock: send nothing for @ms, then try with one request. */
void dysk_hold(struct dysk_device *dev, u32 reason, unsigned int ms)
{
	unsigned long until = jiffies + msecs_to_jiffies(ms);

	if (!dev->hold.reason)
		dev->hold.since = ktime_get();
	if (!dev->hold.reason || time_after(until, dev->hold.until))
		dev->hold.until = until;
	dev->hold.reason = reason;
	dysk_tick_arm(dev, msecs_to_jiffies(ms));
	dysk_device_changed(dev);
}

static void dysk_tick_conn(struct dysk_conn *conn)
{
	if (!conn->open || time_before(jiffies, conn->deadline))
		return;
	if (conn->connected && !conn->busy)
		list_del_init(&conn->node);	/* nobody takes it now */
	set_bit(DYSK_CONN_EXPIRED, &conn->flags);
	dysk_conn_kick(conn);
}

/* Those whose time has come; returns when the next one's comes. */
static unsigned long dysk_tick_delayed(struct dysk_device *dev,
				       unsigned long next)
{
	struct dysk_op *op, *tmp;

	list_for_each_entry_safe(op, tmp, &dev->delayed, node) {
		if (time_before(jiffies, op->not_before)) {
			next = min(next, op->not_before - jiffies);
			continue;
		}
		list_del_init(&op->node);
		if (op == &dev->raise) {
			list_add(&op->node, &dev->admins);
		} else {
			dev->waiting--;
			dysk_queue_front(dev, op);
		}
	}
	return next;
}

static u32 dysk_tick_patience(struct dysk_device *dev)
{
	if (dev->fence.raising && dysk_patience_over(dev, dev->raising_since))
		return DYSK_REASON_NO_PATH;
	if (!dev->waiting && !dev->busy) {
		/* Nothing waits for it to get better. */
		if (dev->trouble)
			dysk_device_well(dev, ktime_get());
		return 0;
	}
	if (dev->adding && time_after(jiffies, dev->add_deadline))
		return DYSK_REASON_TIMEOUT;
	if (dev->trouble && dysk_patience_over(dev, dev->trouble_since))
		return DYSK_REASON_NO_PATH;
	return 0;
}

void dysk_tick_work(struct work_struct *work)
{
	struct dysk_device *dev = container_of(to_delayed_work(work),
					       struct dysk_device, tick);
	unsigned long next;
	u32 die, i;
	bool dead;

	spin_lock(&dev->lock);
	dev->ticking = false;
	if (dev->dead || dev->stopping) {
		spin_unlock(&dev->lock);
		return;
	}
	next = dysk_tick_interval(dev);
	for (i = 0; i < dev->conn_count; i++)
		dysk_tick_conn(dev->conns[i]);
	next = dysk_tick_delayed(dev, next);
	dysk_reserve_look(dev);
	die = dysk_tick_patience(dev);
	dead = die && dysk_device_dead(dev, die);
	dysk_dispatch(dev);
	if (dev->hold.reason && time_before(jiffies, dev->hold.until))
		next = min(next, dev->hold.until - jiffies);
	if (dev->open || dev->waiting || !list_empty(&dev->admins) ||
	    !list_empty(&dev->delayed))
		dysk_tick_arm(dev, next);
	spin_unlock(&dev->lock);
	if (dead)
		dysk_device_bury(dev);
}
