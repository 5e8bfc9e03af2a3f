// SPDX-License-Identifier: GPL-2.0
/*
 * gendisk and blk-mq: block requests come in here.
 *
 * No write cache is announced: a write is done when the service has said 201,
 * and the service keeps it from then on, so there is nothing to flush.
 */
#include <linux/blkdev.h>
#include <linux/module.h>

#include "dysk.h"

static bool dysk_op_fill(struct dysk_op *op, struct request *rq)
{
	op->wire.offset = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	op->wire.length = blk_rq_bytes(rq);
	switch (req_op(rq)) {
	case REQ_OP_READ:
		op->wire.op = DYSK_WIRE_READ;
		op->stat = DYSK_STAT_READ;
		return true;
	case REQ_OP_WRITE:
		op->wire.op = DYSK_WIRE_WRITE;
		op->stat = DYSK_STAT_WRITE;
		return true;
	case REQ_OP_DISCARD:
	case REQ_OP_WRITE_ZEROES:
		op->wire.op = DYSK_WIRE_CLEAR;
		op->stat = DYSK_STAT_CLEAR;
		return true;
	default:
		return false;
	}
}

static blk_status_t dysk_queue_rq(struct blk_mq_hw_ctx *hctx,
				  const struct blk_mq_queue_data *bd)
{
	struct dysk_device *dev = hctx->queue->queuedata;
	struct request *rq = bd->rq;
	struct dysk_op *op = dysk_op_of(rq);

	memset(op, 0, sizeof(*op));
	if (!dysk_op_fill(op, rq))
		return BLK_STS_NOTSUPP;
	if (dysk_op_is_write(op) && (dev->flags & DYSK_ATTACH_READ_ONLY))
		return BLK_STS_IOERR;
	blk_mq_start_request(rq);
	return dysk_submit(dev, op) ? BLK_STS_IOERR : BLK_STS_OK;
}

/*
 * Connections have time limits of their own (dysk_tick_work), which know what
 * a request is waiting for; completing it from here could acknowledge or fail
 * a write whose outcome nobody knows.
 */
static enum blk_eh_timer_return dysk_timeout(DYSK_TIMEOUT_ARGS)
{
	return BLK_EH_RESET_TIMER;
}

static const struct blk_mq_ops dysk_mq_ops = {
	.queue_rq	= dysk_queue_rq,
	.timeout	= dysk_timeout,
};

/*
 * The disk is there as long as its opener looks at it, but before 5.15 nothing
 * keeps its device from going away meanwhile: the registry says whether there
 * still is one.
 */
static int dysk_open(DYSK_OPEN_ARGS)
{
	struct dysk_device *dev = dysk_device_of_disk(DYSK_OPEN_DISK);
	int err = 0;

	if (!dev)
		return -ENXIO;
	spin_lock(&dev->lock);
	if (dev->removing)
		err = -ENXIO;
	else if (DYSK_OPEN_WRITES && (dev->flags & DYSK_ATTACH_READ_ONLY))
		err = -EROFS;
	else
		dev->open_count++;
	spin_unlock(&dev->lock);
	if (err)
		dysk_device_put(dev);
	return err;
}

static void dysk_release(DYSK_RELEASE_ARGS)
{
	struct dysk_device *dev = disk->private_data;

	spin_lock(&dev->lock);
	if (!--dev->open_count)
		wake_up(&dev->closed_wait);
	spin_unlock(&dev->lock);
	dysk_device_put(dev);
}

static const struct block_device_operations dysk_fops = {
	.owner		= THIS_MODULE,
	.open		= dysk_open,
	.release	= dysk_release,
};

int dysk_disk_create(struct dysk_device *dev)
{
	const struct dysk_compat_limits limits = {
		.max_sectors	= DYSK_SECTORS_MAX,
		.max_segments	= DYSK_SEGMENTS_MAX,
		.discard	= !(dev->flags & DYSK_ATTACH_READ_ONLY),
	};
	struct blk_mq_tag_set *set = &dev->tag_set;
	struct gendisk *disk;
	int err;

	set->ops = &dysk_mq_ops;
	set->nr_hw_queues = 1;
	set->queue_depth = DYSK_QUEUE_DEPTH;
	set->numa_node = NUMA_NO_NODE;
	set->cmd_size = sizeof(struct dysk_op);
	set->flags = DYSK_TAG_FLAGS;
	err = blk_mq_alloc_tag_set(set);
	if (err)
		return err;
	disk = dysk_compat_disk_alloc(set, &limits, dev);
	if (IS_ERR(disk)) {
		blk_mq_free_tag_set(set);
		return PTR_ERR(disk);
	}
	disk->fops = &dysk_fops;
	disk->private_data = dev;
	if (!(dev->flags & DYSK_ATTACH_PARTITIONS))
		disk->flags |= DYSK_DISK_NO_PARTITIONS;
	snprintf(disk->disk_name, sizeof(disk->disk_name), "%s%u", DYSK_NAME,
		 dev->index);
	if (dev->flags & DYSK_ATTACH_READ_ONLY)
		set_disk_ro(disk, true);
	set_capacity(disk, dev->capacity >> SECTOR_SHIFT);
	WRITE_ONCE(dev->disk, disk);
	return 0;
}

int dysk_disk_add(struct dysk_device *dev)
{
	int err = dysk_compat_disk_add(dev->disk, dysk_disk_groups);

	/* What a device without a name gets: there was no memory for it. */
	if (err == -EINVAL)
		err = -ENOMEM;
	if (err)
		return err;
	spin_lock(&dev->lock);
	dev->devt = disk_devt(dev->disk);
	WRITE_ONCE(dev->disk_added, true);
	dysk_device_changed(dev);
	spin_unlock(&dev->lock);
	return 0;
}

/*
 * Waits for requests under way, so they must be able to end; and for whoever is
 * in dysk_submit(), even if others have ended its request meanwhile.
 */
void dysk_disk_remove(struct dysk_device *dev, bool dead)
{
	if (dead)
		dysk_compat_disk_dead(dev->disk);
	del_gendisk(dev->disk);
}

void dysk_disk_free(struct dysk_device *dev)
{
	struct gendisk *disk = dev->disk;

	if (!disk)
		return;
	/* Another disk may come to lie where this one was. */
	WRITE_ONCE(dev->disk, NULL);
	dysk_compat_disk_free(disk);
	blk_mq_free_tag_set(&dev->tag_set);
}

void dysk_disk_set_capacity(struct dysk_device *dev, u64 bytes)
{
	spin_lock(&dev->lock);
	dev->capacity = bytes;
	spin_unlock(&dev->lock);
	set_capacity_and_notify(dev->disk, bytes >> SECTOR_SHIFT);
}
