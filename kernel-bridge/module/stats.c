// SPDX-License-Identifier: GPL-2.0
/*
 * Counters and latencies.
 */
#include "dysk.h"

static u32 dysk_bucket(u64 us)
{
	return min_t(u32, fls64(us), DYSK_HIST_BUCKETS - 1);
}

void dysk_stats_op(struct dysk_device *dev, const struct dysk_op *op, bool ok)
{
	struct dysk_op_stats *stats = &dev->stats.ops[op->stat];
	u64 queue, service;

	lockdep_assert_held(&dev->lock);
	if (!ok) {
		stats->failed++;
		return;
	}
	queue = ktime_us_delta(op->sent, op->arrived);
	service = ktime_us_delta(op->ended, op->sent);
	stats->done++;
	stats->bytes += op->wire.length;
	stats->queue_us += queue;
	stats->service_us += service;
	stats->queue_hist[dysk_bucket(queue)]++;
	stats->service_hist[dysk_bucket(service)]++;
}

void dysk_stats_read(struct dysk_device *dev, struct dysk_stats *stats)
{
	spin_lock(&dev->lock);
	*stats = dev->stats;
	if (dev->hold.reason)
		stats->held_ms += ktime_ms_delta(ktime_get(), dev->hold.since);
	spin_unlock(&dev->lock);
	stats->index = dev->index;
	stats->attach_id = dev->attach_id;
}
