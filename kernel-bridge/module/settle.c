// SPDX-License-Identifier: GPL-2.0
/*
 * What the outcome of a try does to its request, and to the device.
 *
 * Reads are sent again until they are answered; writes do what the fence says
 * (fence.h), and only a write that is known to be applied is acknowledged.
 * All of it is decided under the device's lock, and requests end without it.
 */
#include "dysk.h"
#include "trace.h"

enum dysk_settled {
	DYSK_SETTLED_QUEUED,	/* on a list again */
	DYSK_SETTLED_OK,
	DYSK_SETTLED_FAILED,
};

static void dysk_queue_later(struct dysk_device *dev, struct dysk_op *op,
			     unsigned int ms)
{
	op->not_before = jiffies + msecs_to_jiffies(ms);
	list_add_tail(&op->node, &dev->delayed);
	if (op != &dev->raise)
		dev->waiting++;
	dysk_tick_arm(dev, msecs_to_jiffies(ms));
}

/*
 * Requests that come one after the other, as those of an unmount do, share
 * one patience: when all others of their kind have failed for that long, one
 * try that lasted is enough, or two.
 */
static bool dysk_in_vain(struct dysk_device *dev, struct dysk_op *op)
{
	struct dysk_vain *vain = &dev->vain[op->stat];

	if (!vain->set || dysk_patience_over(dev, vain->last)) {
		vain->set = true;
		vain->since = jiffies;
	}
	vain->last = jiffies;
	return dysk_patience_over(dev, vain->since) &&
	       (op->tries > 1 ||
		ktime_ms_delta(ktime_get(), op->sent) >= MSEC_PER_SEC);
}

static void dysk_failed_try(struct dysk_device *dev, struct dysk_op *op)
{
	if (!op->tries++)
		op->first_failure = jiffies;
	if (dysk_in_vain(dev, op) || dysk_patience_over(dev, op->first_failure))
		op->doomed = true;
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

/* The service waits for us, or wants us to wait. */
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

/* Too much: slower from now on; and if all is too much, not at all for a while. */
static enum dysk_settled dysk_refused(struct dysk_device *dev,
				      struct dysk_op *op,
				      const struct dysk_outcome *outcome)
{
	u64 now = ktime_to_ns(op->ended);

	dysk_pace_refused(&dev->pace, now, ktime_to_ns(op->sent),
			  dysk_op_bytes(op));
	if (dysk_pace_in_vain(&dev->pace, now, dev->busy) ||
	    (outcome->rsp && outcome->rsp->has_retry_after))
		return dysk_hold_for(dev, op, outcome);
	dysk_failed_try(dev, op);
	if (op->doomed)
		return DYSK_SETTLED_FAILED;
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
			dysk_stats_op(dev, op, false);
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
		if (outcome->verdict == DYSK_VERDICT_THROTTLED)
			return dysk_refused(dev, op, outcome);
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
		return dysk_refused(dev, op, outcome);
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
		if (!outcome->never_sent)
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
		dysk_device_well(dev, op->sent);
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
	if (outcome->reason == DYSK_REASON_TIMEOUT)
		dysk_window_timed_out(&dev->window, dev->busy, op->sent);
	if (outcome->verdict == DYSK_VERDICT_DONE) {
		dysk_window_answered(&dev->window, dev->limits.max_connections);
		dev->vain[op->stat].set = false;
		dysk_pace_accepted(&dev->pace, ktime_to_ns(op->sent),
				   dysk_op_bytes(op));
		if (dev->busy == 1 && !dev->waiting)
			dysk_pace_idle(&dev->pace, ktime_to_ns(op->ended));
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
	bool dead = false;
	u32 die = 0;

	spin_lock(&dev->lock);
	op->ended = ktime_get();
	settled = dysk_settle(dev, op, outcome, &failed, &die);
	if (die)
		dead = dysk_device_dead(dev, die);
	if (block && settled != DYSK_SETTLED_QUEUED)
		dysk_stats_op(dev, op, settled == DYSK_SETTLED_OK);
	dysk_unassign(conn);
	next = keep && !dev->dead ? dysk_next_op(dev) : NULL;
	if (next)
		dysk_assign(conn, next);
	else if (keep)
		dysk_conn_idle(conn);
	else
		dysk_conn_not_open(conn);
	if (dev->waiting || !list_empty(&dev->admins))
		dysk_dispatch(dev);
	spin_unlock(&dev->lock);

	if (dead)
		dysk_device_bury(dev);
	if (block && settled != DYSK_SETTLED_QUEUED)
		dysk_op_end(op, settled == DYSK_SETTLED_OK);
	dysk_ops_fail(&failed);
}

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
	/* One that stops ends them itself; its work must not be queued again. */
	for (i = 0; i < dev->conn_count && !dev->stopping; i++)
		dysk_conn_kick(dev->conns[i]);
	spin_unlock(&dev->lock);
	dysk_ops_fail(&failed);
}
