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
 * A held device (throttled, denied, no route) sends nothing until hold.until,
 * and then one request at a time until one goes well.
 */
#include <linux/random.h>
#include <linux/slab.h>

#include "dysk.h"
#include "trace.h"

enum dysk_settled {
	DYSK_SETTLED_QUEUED,	/* on a list again */
	DYSK_SETTLED_OK,
	DYSK_SETTLED_FAILED,
};

/* ---- time -------------------------------------------------------------- */

static unsigned int dysk_backoff_ms(u32 tries)
{
	unsigned int ms = DYSK_BACKOFF_FIRST_MS << min(tries, 12u);
	u32 random = get_random_u32();

	ms = min_t(unsigned int, ms, DYSK_BACKOFF_MAX_MS);
	/* Half to the whole of it: clients must not come back in step. */
	return ms / 2 + random % (ms / 2 + 1);
}

static bool dysk_patience_over(const struct dysk_device *dev,
			       unsigned long since)
{
	u32 limit = dev->limits.no_path_timeout_s;

	return limit != DYSK_NO_PATH_FOREVER &&
	       time_after(jiffies, since + (unsigned long)limit * HZ);
}

static unsigned long dysk_tick_interval(const struct dysk_device *dev)
{
	u32 ms = min(dev->limits.request_timeout_ms,
		     dev->limits.idle_timeout_ms) / 4;

	return msecs_to_jiffies(clamp_t(u32, ms, 20, DYSK_TICK_MS));
}

/* Look again no later than in @delay jiffies. */
static void dysk_tick_arm(struct dysk_device *dev, unsigned long delay)
{
	unsigned long at = jiffies + delay;

	if (dev->stopping || (dev->ticking && !time_before(at, dev->tick_at)))
		return;
	dev->ticking = true;
	dev->tick_at = at;
	mod_delayed_work(dysk_wq, &dev->tick, delay);
}

/* Under the lock: send nothing for @ms, then try with one request. */
static void dysk_hold(struct dysk_device *dev, u32 reason, unsigned int ms)
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

/* ---- what may be sent -------------------------------------------------- */

static bool dysk_may_send(const struct dysk_device *dev)
{
	if (!dev->hold.reason)
		return true;
	return !time_before(jiffies, dev->hold.until) && !dev->busy;
}

static struct list_head *dysk_next_queue(struct dysk_device *dev)
{
	struct dysk_op *read, *write;
	bool may_write = dysk_fence_may_write(&dev->fence);

	if (!dysk_may_send(dev))
		return NULL;
	read = list_first_entry_or_null(&dev->reads, struct dysk_op, node);
	write = may_write ? list_first_entry_or_null(&dev->writes,
						     struct dysk_op, node) :
			    NULL;
	if (read && write)
		return ktime_before(write->arrived, read->arrived) ?
		       &dev->writes : &dev->reads;
	if (read)
		return &dev->reads;
	return write ? &dev->writes : NULL;
}

/* Takes it off its list. */
static struct dysk_op *dysk_next_op(struct dysk_device *dev)
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
	return op;
}

static void dysk_assign(struct dysk_conn *conn, struct dysk_op *op)
{
	struct dysk_device *dev = conn->dev;

	conn->op = op;
	conn->deadline = jiffies +
			 msecs_to_jiffies(dev->limits.request_timeout_ms);
	if (!conn->busy) {
		conn->busy = true;
		dev->busy++;
	}
	if (!dev->ticking)
		dysk_tick_arm(dev, dysk_tick_interval(dev));
}

static void dysk_unassign(struct dysk_conn *conn)
{
	conn->op = NULL;
	if (conn->busy) {
		conn->busy = false;
		conn->dev->busy--;
	}
}

/* ---- connections ------------------------------------------------------- */

static void dysk_conn_idle(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;

	conn->deadline = jiffies +
			 msecs_to_jiffies(dev->limits.idle_timeout_ms);
	list_move(&conn->node, &dev->idle);
	dysk_tick_arm(dev, dysk_tick_interval(dev));
}

static void dysk_conn_not_open(struct dysk_conn *conn)
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
	if (dysk_may_send(dev))
		wanted = dev->hold.reason ? min(dysk_sendable(dev), 1u) :
					    dysk_sendable(dev);
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

static void dysk_admin_end(struct dysk_admin *admin,
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
	struct dysk_device *dev = conn->dev;

	spin_lock(&dev->lock);
	/* It may have been given a request while it was being closed. */
	if (conn->op) {
		struct dysk_op *op = conn->op;

		dysk_unassign(conn);
		if (dev->dead && op->admin)
			dysk_admin_end(op->admin, &(struct dysk_outcome) {
						.reason = dev->dead });
		else if (op->admin || op == &dev->raise)
			list_add(&op->node, &dev->admins);
		else {
			list_add(&op->node, dysk_op_is_write(op) ?
				 &dev->writes : &dev->reads);
			dev->waiting++;
		}
	}
	dysk_conn_not_open(conn);
	dysk_dispatch(dev);
	spin_unlock(&dev->lock);
}

/* ---- what an outcome does ---------------------------------------------- */

static void dysk_queue_front(struct dysk_device *dev, struct dysk_op *op)
{
	list_add(&op->node, dysk_op_is_write(op) ? &dev->writes : &dev->reads);
	dev->waiting++;
}

static void dysk_queue_later(struct dysk_device *dev, struct dysk_op *op,
			     unsigned int ms)
{
	op->not_before = jiffies + msecs_to_jiffies(ms);
	list_add_tail(&op->node, &dev->delayed);
	if (op != &dev->raise)
		dev->waiting++;
	dysk_tick_arm(dev, msecs_to_jiffies(ms));
}

static void dysk_failed_try(struct dysk_device *dev, struct dysk_op *op)
{
	if (!op->tries++)
		op->first_failure = jiffies;
	if (dysk_patience_over(dev, op->first_failure))
		op->doomed = true;
	if (op != &dev->raise && !op->admin)
		dev->stats.ops[op->stat].retries++;
}

/* Not applied, and it never will be. */
static enum dysk_settled dysk_again(struct dysk_device *dev, struct dysk_op *op)
{
	dysk_failed_try(dev, op);
	if (op->doomed)
		return DYSK_SETTLED_FAILED;
	/* The first fault is often just a connection that had grown old. */
	if (op->tries == 1)
		dysk_queue_front(dev, op);
	else
		dysk_queue_later(dev, op, dysk_backoff_ms(op->tries - 1));
	return DYSK_SETTLED_QUEUED;
}

/* The service wants us to wait, or waits for us. */
static enum dysk_settled dysk_hold_for(struct dysk_device *dev,
				       struct dysk_op *op,
				       const struct dysk_outcome *outcome)
{
	unsigned int ms;

	dysk_failed_try(dev, op);
	if (op->doomed)
		return DYSK_SETTLED_FAILED;
	ms = dysk_backoff_ms(op->tries);
	if (outcome->rsp && outcome->rsp->has_retry_after)
		ms = max(ms, min(outcome->rsp->retry_after, 60u) * 1000);
	dysk_hold(dev, outcome->reason, ms);
	dysk_queue_front(dev, op);
	return DYSK_SETTLED_QUEUED;
}

static void dysk_raise_start(struct dysk_device *dev, u32 *die)
{
	struct dysk_op *op = &dev->raise;

	if (op->wire.op == DYSK_WIRE_RAISE)
		return;		/* under way */
	memset(op, 0, sizeof(*op));
	op->wire.op = DYSK_WIRE_RAISE;
	op->wire.epoch = dysk_fence_target(&dev->fence);
	op->arrived = ktime_get();
	if (!op->wire.epoch) {
		*die = DYSK_REASON_EPOCH;
		return;
	}
	dev->raising_since = jiffies;
	dev->stats.fences++;
	trace_dysk_fence(dev, "raise", op->wire.epoch);
	list_add(&op->node, &dev->admins);
	dysk_device_changed(dev);
}

/* Parked writes have been applied by now, or never will be. */
static void dysk_raise_done(struct dysk_device *dev, struct list_head *failed)
{
	struct dysk_op *op, *next;

	trace_dysk_fence(dev, "raised", dev->fence.epoch);
	dev->raise.wire.op = DYSK_WIRE_HEAD;	/* none under way */
	list_for_each_entry_safe_reverse(op, next, &dev->parked, node) {
		if (op->doomed) {
			list_move(&op->node, failed);
			dev->waiting--;
		} else {
			list_move(&op->node, &dev->writes);
		}
	}
	dysk_device_changed(dev);
}

static enum dysk_settled dysk_settle_raise(struct dysk_device *dev,
					   const struct dysk_outcome *outcome,
					   struct list_head *failed, u32 *die)
{
	u64 sequence = outcome->rsp ? outcome->rsp->sequence : 0;
	struct dysk_op *op = &dev->raise;

	switch (dysk_fence_raise_step(&dev->fence, outcome->verdict, sequence)) {
	case DYSK_RAISE_DONE:
		dysk_raise_done(dev, failed);
		return DYSK_SETTLED_OK;
	case DYSK_RAISE_FENCED:
		*die = DYSK_REASON_FENCED;
		return DYSK_SETTLED_FAILED;
	case DYSK_RAISE_LEASE:
		*die = DYSK_REASON_LEASED;
		return DYSK_SETTLED_FAILED;
	case DYSK_RAISE_GONE:
		*die = outcome->reason;
		return DYSK_SETTLED_FAILED;
	case DYSK_RAISE_AGAIN:
		break;
	}
	if (outcome->never_sent) {
		list_add(&op->node, &dev->admins);
		return DYSK_SETTLED_QUEUED;
	}
	if (outcome->verdict == DYSK_VERDICT_DENIED ||
	    outcome->verdict == DYSK_VERDICT_THROTTLED)
		dysk_hold(dev, outcome->reason, 0);
	op->tries++;
	dysk_queue_later(dev, op, dysk_backoff_ms(op->tries));
	return DYSK_SETTLED_QUEUED;
}

static enum dysk_settled dysk_settle_write(struct dysk_device *dev,
					   struct dysk_op *op,
					   const struct dysk_outcome *outcome,
					   u32 *die)
{
	switch (dysk_fence_write_step(&dev->fence, outcome->verdict,
				      op->wire.epoch, outcome->handed_over)) {
	case DYSK_WRITE_COMPLETE:
		return DYSK_SETTLED_OK;
	case DYSK_WRITE_RESEND:
		if (outcome->verdict == DYSK_VERDICT_SEQUENCE) {
			dev->stats.fenced_writes++;
			dysk_queue_front(dev, op);
			return DYSK_SETTLED_QUEUED;
		}
		return dysk_again(dev, op);
	case DYSK_WRITE_HOLD:
		return dysk_hold_for(dev, op, outcome);
	case DYSK_WRITE_PARK:
		dysk_failed_try(dev, op);
		list_add_tail(&op->node, &dev->parked);
		dev->waiting++;
		dysk_raise_start(dev, die);
		return DYSK_SETTLED_QUEUED;
	case DYSK_WRITE_FAIL:
		if (outcome->reason == DYSK_REASON_NEEDS_HTTPS)
			return dysk_hold_for(dev, op, outcome);
		return DYSK_SETTLED_FAILED;
	case DYSK_WRITE_FENCED:
	case DYSK_WRITE_LEASE:
	case DYSK_WRITE_GONE:
		*die = outcome->reason;
		return DYSK_SETTLED_FAILED;
	}
	return DYSK_SETTLED_FAILED;
}

static enum dysk_settled dysk_settle_read(struct dysk_device *dev,
					  struct dysk_op *op,
					  const struct dysk_outcome *outcome,
					  u32 *die)
{
	switch (outcome->verdict) {
	case DYSK_VERDICT_DONE:
		return DYSK_SETTLED_OK;
	case DYSK_VERDICT_THROTTLED:
	case DYSK_VERDICT_DENIED:
		return dysk_hold_for(dev, op, outcome);
	case DYSK_VERDICT_LEASE:
	case DYSK_VERDICT_GONE:
		*die = outcome->reason;
		return DYSK_SETTLED_FAILED;
	case DYSK_VERDICT_SEQUENCE:
	case DYSK_VERDICT_CONDITION:
	case DYSK_VERDICT_REJECTED:
		if (outcome->reason == DYSK_REASON_NEEDS_HTTPS)
			return dysk_hold_for(dev, op, outcome);
		return DYSK_SETTLED_FAILED;
	case DYSK_VERDICT_UNKNOWN:
		break;
	}
	return dysk_again(dev, op);
}

static void dysk_count(struct dysk_device *dev,
		       const struct dysk_outcome *outcome)
{
	struct dysk_stats *stats = &dev->stats;

	switch (outcome->reason) {
	case DYSK_REASON_THROTTLED:
		stats->throttled++;
		break;
	case DYSK_REASON_DENIED:
	case DYSK_REASON_CLOCK_SKEW:
		stats->denied++;
		break;
	case DYSK_REASON_TIMEOUT:
		stats->timeouts++;
		break;
	case DYSK_REASON_RESET:
		if (!outcome->never_sent)
			stats->resets++;
		break;
	case DYSK_REASON_BAD_ANSWER:
		stats->bad_answers++;
		break;
	case DYSK_REASON_SERVER:
		stats->server_errors++;
		break;
	}
}

static enum dysk_settled dysk_settle(struct dysk_device *dev,
				     struct dysk_op *op,
				     const struct dysk_outcome *outcome,
				     struct list_head *failed, u32 *die)
{
	if (dev->dead && !op->admin)
		return DYSK_SETTLED_FAILED;
	dysk_count(dev, outcome);
	if (outcome->verdict == DYSK_VERDICT_DONE)
		dysk_device_well(dev);
	else if (!outcome->never_sent)
		dysk_device_trouble(dev, outcome);
	if (op->admin) {
		dysk_admin_end(op->admin, outcome);
		return DYSK_SETTLED_OK;
	}
	if (op == &dev->raise)
		return dysk_settle_raise(dev, outcome, failed, die);
	if (outcome->never_sent) {
		dysk_queue_front(dev, op);
		return DYSK_SETTLED_QUEUED;
	}
	if (dysk_op_is_write(op))
		return dysk_settle_write(dev, op, outcome, die);
	return dysk_settle_read(dev, op, outcome, die);
}

/* A block request comes to its end. Without locks. */
static void dysk_op_end(struct dysk_op *op, bool ok)
{
	blk_mq_end_request(blk_mq_rq_from_pdu(op), ok ? BLK_STS_OK :
							BLK_STS_IOERR);
}

static void dysk_ops_fail(struct list_head *failed)
{
	struct dysk_op *op, *next;

	list_for_each_entry_safe(op, next, failed, node) {
		list_del_init(&op->node);
		dysk_op_end(op, false);
	}
}

static bool dysk_op_is_block(const struct dysk_device *dev,
			     const struct dysk_op *op)
{
	return !op->admin && op != &dev->raise;
}

void dysk_op_finished(struct dysk_conn *conn, const struct dysk_outcome *outcome,
		      bool keep)
{
	struct dysk_device *dev = conn->dev;
	struct dysk_op *next, *op = conn->op;
	bool block = dysk_op_is_block(dev, op);
	enum dysk_settled settled;
	LIST_HEAD(failed);
	u32 die = 0;

	spin_lock(&dev->lock);
	settled = dysk_settle(dev, op, outcome, &failed, &die);
	if (block && settled != DYSK_SETTLED_QUEUED)
		dysk_stats_op(dev, op, settled == DYSK_SETTLED_OK);
	if (!keep) {
		dysk_unassign(conn);
		dysk_conn_not_open(conn);
	} else {
		/* This one is free now, also for the probe of a held device. */
		conn->busy = false;
		dev->busy--;
		next = dev->dead || die ? NULL : dysk_next_op(dev);
		conn->op = NULL;
		if (next)
			dysk_assign(conn, next);
		else
			dysk_conn_idle(conn);
	}
	if (dev->waiting || !list_empty(&dev->admins))
		dysk_dispatch(dev);
	spin_unlock(&dev->lock);

	if (die)
		dysk_device_die(dev, die);
	if (block && settled != DYSK_SETTLED_QUEUED)
		dysk_op_end(op, settled == DYSK_SETTLED_OK);
	dysk_ops_fail(&failed);
}

bool dysk_op_may_start(struct dysk_conn *conn, struct dysk_credential **cred)
{
	struct dysk_device *dev = conn->dev;
	struct dysk_op *op = conn->op;

	spin_lock(&dev->lock);
	if (dysk_op_is_write(op)) {
		if (!dysk_fence_may_write(&dev->fence) && !dev->dead) {
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

/* ---- the end, and time ------------------------------------------------- */

void dysk_fail_waiting(struct dysk_device *dev)
{
	struct dysk_outcome outcome = { .verdict = DYSK_VERDICT_UNKNOWN };
	struct dysk_op *op, *next;
	LIST_HEAD(failed);
	u32 i;

	spin_lock(&dev->lock);
	outcome.reason = dev->dead;
	list_splice_init(&dev->reads, &failed);
	list_splice_init(&dev->writes, &failed);
	list_splice_init(&dev->parked, &failed);
	list_splice_init(&dev->delayed, &failed);
	dev->waiting = 0;
	list_for_each_entry_safe(op, next, &dev->admins, node) {
		list_del_init(&op->node);
		if (op->admin)
			dysk_admin_end(op->admin, &outcome);
	}
	list_for_each_entry_safe(op, next, &failed, node) {
		if (op == &dev->raise)
			list_del_init(&op->node);
		else
			dysk_stats_op(dev, op, false);
	}
	for (i = 0; i < dev->conn_count; i++)
		dysk_conn_kick(dev->conns[i]);
	spin_unlock(&dev->lock);
	dysk_ops_fail(&failed);
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
			dysk_device_well(dev);
		return 0;
	}
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
	die = dysk_tick_patience(dev);
	if (!die)
		dysk_dispatch(dev);
	if (dev->hold.reason && time_before(jiffies, dev->hold.until))
		next = min(next, dev->hold.until - jiffies);
	if (dev->open || dev->waiting || !list_empty(&dev->admins) ||
	    !list_empty(&dev->delayed))
		dysk_tick_arm(dev, next);
	spin_unlock(&dev->lock);
	if (die)
		dysk_device_die(dev, die);
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
		dysk_conn_kick(conn);
	}
}
