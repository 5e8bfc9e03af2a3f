// SPDX-License-Identifier: GPL-2.0
/*
 * Which request goes out when, on which connection, and what becomes of it.
 *
 * A request (dysk_op) is at any time in one place: on one of the lists of its
 * device, or with one connection.
 *
 *   admins   requests of our own: HEAD, raises; before all others
 *   reads    may be sent
 *   writes   may be sent unless the epoch is being raised
 *   parked   writes of unknown outcome, until the epoch is raised
 *   delayed  had a fault, wait for their next try
 *
 * A held device (denied, no route, told to wait) sends nothing until
 * hold.until, and then a request now and then until one goes well.  One whose
 * service has refused requests as too many keeps to a pace (pace.h).
 */
#include <linux/slab.h>

#include "dysk.h"
#include "trace.h"

/* ---- what may be sent -------------------------------------------------- */

static bool dysk_may_send(const struct dysk_device *dev)
{
	if (!dev->hold.reason)
		return true;
	return !time_before(jiffies, dev->hold.until);
}

/* If it's too early, the tick comes back to it. */
static bool dysk_in_pace(struct dysk_device *dev)
{
	u64 wait;

	if (!dysk_pace_known(&dev->pace))
		return true;
	wait = dysk_pace_wait(&dev->pace, ktime_get_ns());
	if (wait)
		dysk_tick_arm(dev, nsecs_to_jiffies(wait) + 1);
	return !wait;
}

/* How many more may be under way. */
static u32 dysk_room(const struct dysk_device *dev)
{
	return dev->window.size - min(dev->busy, dev->window.size);
}

static void dysk_keep_pace(struct dysk_device *dev, const struct dysk_op *op)
{
	if (dysk_pace_known(&dev->pace))
		dysk_pace_sent(&dev->pace, ktime_get_ns(), dysk_op_bytes(op));
}

static struct list_head *dysk_next_queue(struct dysk_device *dev)
{
	struct dysk_op *read, *write;
	bool may_write = dysk_fence_may_write(&dev->fence);

	if (!dysk_may_send(dev) || !dysk_room(dev))
		return NULL;
	read = list_first_entry_or_null(&dev->reads, struct dysk_op, node);
	write = may_write ? list_first_entry_or_null(&dev->writes,
						     struct dysk_op, node) :
			    NULL;
	if ((!read && !write) || !dysk_in_pace(dev))
		return NULL;
	if (read && write)
		return ktime_before(write->arrived, read->arrived) ?
		       &dev->writes : &dev->reads;
	if (read)
		return &dev->reads;
	return write ? &dev->writes : NULL;
}

/* Takes it off its list. */
struct dysk_op *dysk_next_op(struct dysk_device *dev)
{
	struct list_head *queue;
	struct dysk_op *op;

	op = list_first_entry_or_null(&dev->admins, struct dysk_op, node);
	if (op) {
		list_del_init(&op->node);
		return op;
	}
	queue = dysk_next_queue(dev);
	if (!queue)
		return NULL;
	op = list_first_entry(queue, struct dysk_op, node);
	list_del_init(&op->node);
	dev->waiting--;
	dysk_keep_pace(dev, op);
	return op;
}

void dysk_queue_front(struct dysk_device *dev, struct dysk_op *op)
{
	list_add(&op->node, dysk_op_is_write(op) ? &dev->writes : &dev->reads);
	dev->waiting++;
}

/* Halfway through its time one with data is looked at (dysk_conn_goes_on). */
static unsigned long dysk_first_look(struct dysk_device *dev,
				     const struct dysk_op *op)
{
	unsigned long limit = msecs_to_jiffies(dev->limits.request_timeout_ms);

	return dysk_op_bytes(op) ? limit / 2 : limit;
}

void dysk_assign(struct dysk_conn *conn, struct dysk_op *op)
{
	struct dysk_device *dev = conn->dev;

	conn->op = op;
	conn->since = jiffies;
	conn->deadline = conn->since + dysk_first_look(dev, op);
	conn->hurry = false;
	if (!conn->busy) {
		conn->busy = true;
		dev->busy++;
	}
	if (dev->hold.reason && !time_before(jiffies, dev->hold.until)) {
		dev->hold.until = jiffies + msecs_to_jiffies(DYSK_PROBE_MS);
		dysk_tick_arm(dev, msecs_to_jiffies(DYSK_PROBE_MS));
	}
	if (!dev->ticking)
		dysk_tick_arm(dev, dysk_tick_interval(dev));
}

void dysk_unassign(struct dysk_conn *conn)
{
	conn->op = NULL;
	dysk_reserve_return(conn);
	if (conn->busy) {
		conn->busy = false;
		conn->dev->busy--;
	}
}

/* ---- connections ------------------------------------------------------- */

void dysk_conn_idle(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;

	conn->deadline = jiffies +
			 msecs_to_jiffies(dev->limits.idle_timeout_ms);
	list_move(&conn->node, &dev->idle);
	dysk_tick_arm(dev, dysk_tick_interval(dev));
}

void dysk_conn_not_open(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;

	if (!conn->open)
		return;
	conn->open = false;
	dev->open--;
	if (!conn->connected)
		dev->connecting--;
	conn->connected = false;
	list_move(&conn->node, &dev->closed);
}

/* A closed connection, made if there are fewer than there may be. */
static struct dysk_conn *dysk_conn_spare(struct dysk_device *dev)
{
	struct dysk_conn *conn;

	conn = list_first_entry_or_null(&dev->closed, struct dysk_conn, node);
	if (conn)
		return conn;
	if (dev->conn_count >= DYSK_CONNS)
		return NULL;
	conn = dysk_conn_alloc(dev, dev->conn_count, GFP_NOWAIT | __GFP_NOWARN);
	if (!conn)
		return NULL;
	list_add(&conn->node, &dev->closed);
	dev->conns[dev->conn_count++] = conn;
	return conn;
}

static bool dysk_open_one(struct dysk_device *dev)
{
	struct dysk_conn *conn = dysk_conn_spare(dev);

	if (!conn)
		return false;
	list_del_init(&conn->node);
	conn->open = true;
	conn->connected = false;
	conn->deadline = jiffies + msecs_to_jiffies(DYSK_CONNECT_MS);
	dev->open++;
	dev->connecting++;
	dysk_tick_arm(dev, dysk_tick_interval(dev));
	dysk_conn_kick(conn);
	return true;
}

static u32 dysk_sendable(const struct dysk_device *dev)
{
	struct list_head *pos;
	u32 n = 0;

	list_for_each(pos, &dev->reads)
		if (++n >= DYSK_CONNECTIONS_MAX)
			return n;
	if (dysk_fence_may_write(&dev->fence))
		list_for_each(pos, &dev->writes)
			if (++n >= DYSK_CONNECTIONS_MAX)
				return n;
	return n;
}

static void dysk_open_as_needed(struct dysk_device *dev)
{
	u32 wanted = 0;

	if (dev->open >= dev->limits.max_connections && list_empty(&dev->admins))
		return;
	if (time_before(jiffies, dev->connect_after)) {
		dysk_tick_arm(dev, dev->connect_after - jiffies);
		return;
	}
	if (dysk_may_send(dev) && dysk_in_pace(dev))
		wanted = min(dysk_sendable(dev),
			     dev->hold.reason ? 1 : dysk_room(dev));
	while (dev->connecting < wanted &&
	       dev->open < dev->limits.max_connections)
		if (!dysk_open_one(dev))
			return;
	/* Requests of our own don't queue behind stuck ones. */
	if (!list_empty(&dev->admins) && !dev->connecting &&
	    dev->open <= dev->limits.max_connections)
		dysk_open_one(dev);
}

void dysk_dispatch(struct dysk_device *dev)
{
	lockdep_assert_held(&dev->lock);
	if (dev->dead || dev->stopping)
		return;
	while (!list_empty(&dev->idle)) {
		struct dysk_conn *conn;
		struct dysk_op *op = dysk_next_op(dev);

		if (!op)
			break;
		conn = list_first_entry(&dev->idle, struct dysk_conn, node);
		list_del_init(&conn->node);
		dysk_assign(conn, op);
		dysk_conn_kick(conn);
	}
	if (dev->waiting || !list_empty(&dev->admins))
		dysk_open_as_needed(dev);
}

void dysk_conn_connected(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;
	struct dysk_op *op;

	spin_lock(&dev->lock);
	dev->connecting--;
	conn->connected = true;
	dev->addr_failures = 0;
	dev->stats.connects++;
	op = dev->dead ? NULL : dysk_next_op(dev);
	if (op)
		dysk_assign(conn, op);
	else
		dysk_conn_idle(conn);
	spin_unlock(&dev->lock);
}

void dysk_admin_end(struct dysk_admin *admin,
			   const struct dysk_outcome *outcome)
{
	admin->outcome = *outcome;
	admin->outcome.rsp = NULL;
	if (outcome->rsp) {
		admin->rsp = *outcome->rsp;
		admin->outcome.rsp = &admin->rsp;
	}
	complete(&admin->done);
}

/* Everybody who waits for one request hears of it when no address works. */
static void dysk_admins_unreachable(struct dysk_device *dev, u32 reason)
{
	struct dysk_outcome outcome = {
		.verdict = DYSK_VERDICT_UNKNOWN,
		.reason = reason,
	};
	struct dysk_op *op, *next;

	list_for_each_entry_safe(op, next, &dev->admins, node) {
		if (!op->admin)
			continue;
		list_del_init(&op->node);
		dysk_admin_end(op->admin, &outcome);
	}
}

void dysk_conn_connect_failed(struct dysk_conn *conn, u32 reason)
{
	struct dysk_outcome outcome = { .reason = reason };
	struct dysk_device *dev = conn->dev;

	spin_lock(&dev->lock);
	dysk_conn_not_open(conn);
	dev->stats.connect_failures++;
	if (conn->addr_generation == dev->addr_generation) {
		dev->addr_failures++;
		if (dev->addr_current == conn->addr_index)
			dev->addr_current = (dev->addr_current + 1) %
					    dev->addr_count;
		if (dev->addr_failures % dev->addr_count == 0) {
			u32 rounds = dev->addr_failures / dev->addr_count;
			unsigned int ms = dysk_backoff_ms(rounds);

			dev->connect_after = jiffies + msecs_to_jiffies(ms);
			dysk_device_trouble(dev, &outcome);
			if (!dev->open)
				dysk_hold(dev, reason, ms);
			dysk_admins_unreachable(dev, reason);
		}
	}
	dysk_dispatch(dev);
	spin_unlock(&dev->lock);
}

void dysk_conn_closed(struct dysk_conn *conn)
{
	const struct dysk_outcome outcome = {
		.verdict = DYSK_VERDICT_UNKNOWN,
		.reason = DYSK_REASON_RESET,
		.never_sent = true,
	};
	struct dysk_device *dev = conn->dev;
	bool busy;

	spin_lock(&dev->lock);
	/* It may have been given a request while it was being closed. */
	busy = conn->busy;
	if (!busy) {
		dysk_conn_not_open(conn);
		dysk_dispatch(dev);
	}
	spin_unlock(&dev->lock);
	if (busy)
		dysk_op_finished(conn, &outcome, false);
}

bool dysk_op_may_start(struct dysk_conn *conn, struct dysk_credential **cred)
{
	struct dysk_device *dev = conn->dev;
	struct dysk_op *op = conn->op;

	spin_lock(&dev->lock);
	if (dev->dead || dev->stopping) {
		/* Nothing is sent any more; the connection breaks next. */
		spin_unlock(&dev->lock);
		return false;
	}
	if (dysk_op_is_write(op)) {
		if (!dysk_fence_may_write(&dev->fence)) {
			/* A raise began since it was taken off its queue. */
			dysk_unassign(conn);
			dysk_queue_front(dev, op);
			dysk_conn_idle(conn);
			dysk_dispatch(dev);
			spin_unlock(&dev->lock);
			return false;
		}
		op->wire.epoch = dev->fence.epoch;
		op->wire.conditional = true;
	}
	/* An answer that comes late must not fit the next try either. */
	op->wire.id = ++dev->request_id;
	op->wire.echoed = READ_ONCE(dev->echoes);
	op->sent = ktime_get();
	*cred = dysk_credential_get(dev->cred);
	spin_unlock(&dev->lock);
	op->wire.now = ktime_get_real_seconds();
	return true;
}

/* ---- requests come in -------------------------------------------------- */

int dysk_submit(struct dysk_device *dev, struct dysk_op *op)
{
	struct list_head *queue = dysk_op_is_write(op) ? &dev->writes :
							 &dev->reads;
	struct dysk_conn *conn = NULL;

	op->arrived = ktime_get();
	spin_lock(&dev->lock);
	if (dev->dead || dev->stopping) {
		spin_unlock(&dev->lock);
		return -EIO;
	}
	list_add_tail(&op->node, queue);
	dev->waiting++;
	/* The common case: it is the only one, and goes out from here. */
	if (list_is_singular(queue) && !list_empty(&dev->idle) &&
	    list_empty(&dev->admins) && dysk_next_queue(dev) == queue) {
		conn = list_first_entry(&dev->idle, struct dysk_conn, node);
		list_del_init(&conn->node);
		list_del_init(&op->node);
		dev->waiting--;
		dysk_keep_pace(dev, op);
		dysk_assign(conn, op);
	} else {
		dysk_dispatch(dev);
	}
	spin_unlock(&dev->lock);
	if (conn)
		dysk_conn_start(conn);
	return 0;
}

/* Take an op back that nobody will wait for any longer. */
static void dysk_admin_cancel(struct dysk_device *dev, struct dysk_admin *admin)
{
	struct dysk_outcome outcome = {
		.verdict = DYSK_VERDICT_UNKNOWN,
		.reason = DYSK_REASON_TIMEOUT,
	};
	u32 i;

	spin_lock(&dev->lock);
	if (!completion_done(&admin->done)) {
		if (!list_empty(&admin->op.node)) {
			list_del_init(&admin->op.node);
			dysk_admin_end(admin, &outcome);
		}
		for (i = 0; i < dev->conn_count; i++) {
			struct dysk_conn *conn = dev->conns[i];

			if (conn->busy && conn->op == &admin->op) {
				set_bit(DYSK_CONN_EXPIRED, &conn->flags);
				dysk_conn_kick(conn);
			}
		}
	}
	spin_unlock(&dev->lock);
	/* Its connection never waits for anything, so neither do we for long. */
	wait_for_completion(&admin->done);
}

void dysk_admin_run(struct dysk_device *dev, struct dysk_admin *admin,
		    unsigned long deadline)
{
	long left = deadline - jiffies;

	admin->op.admin = admin;
	admin->op.arrived = ktime_get();
	INIT_LIST_HEAD(&admin->op.node);
	init_completion(&admin->done);

	spin_lock(&dev->lock);
	if (dev->dead || dev->stopping) {
		admin->outcome = (struct dysk_outcome) {
			.verdict = DYSK_VERDICT_UNKNOWN,
			.reason = dev->dead ? dev->dead : DYSK_REASON_BUSY,
		};
		spin_unlock(&dev->lock);
		return;
	}
	list_add_tail(&admin->op.node, &dev->admins);
	dysk_dispatch(dev);
	spin_unlock(&dev->lock);

	if (left <= 0 ||
	    wait_for_completion_killable_timeout(&admin->done, left) <= 0)
		dysk_admin_cancel(dev, admin);
}

static bool dysk_addr_listed(const struct dysk_device *dev,
			     const struct dysk_addr *addr)
{
	u32 i;

	for (i = 0; i < dev->addr_count; i++)
		if (!memcmp(&dev->addrs[i], addr, sizeof(*addr)))
			return true;
	return false;
}

/* Nobody may be there any more: its request can't have all of its time. */
static void dysk_conn_hurry(struct dysk_conn *conn)
{
	unsigned long grace = msecs_to_jiffies(DYSK_MOVED_GRACE_MS);

	if (time_before(jiffies + grace, conn->deadline))
		conn->deadline = jiffies + grace;
	conn->hurry = true;
	dysk_tick_arm(conn->dev, grace);
}

/* Addresses or the number of connections have changed: close what is over. */
void dysk_connections_changed(struct dysk_device *dev)
{
	u32 i, open = 0;

	lockdep_assert_held(&dev->lock);
	for (i = 0; i < dev->conn_count; i++) {
		struct dysk_conn *conn = dev->conns[i];

		if (!conn->open)
			continue;
		if (conn->addr_generation == dev->addr_generation &&
		    ++open <= dev->limits.max_connections)
			continue;
		set_bit(DYSK_CONN_RETIRE, &conn->flags);
		if (conn->connected && !conn->busy)
			list_del_init(&conn->node);
		else if (conn->busy && !dysk_addr_listed(dev, &conn->addr))
			dysk_conn_hurry(conn);
		dysk_conn_kick(conn);
	}
}
