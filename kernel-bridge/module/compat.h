/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that differs between kernels 5.10 and 7.x, and nothing else.  Where a
 * distribution may have taken a change back into an older kernel, the Makefile
 * looks into the headers and defines DYSK_HAVE_*.
 */
#ifndef DYSK_COMPAT_H
#define DYSK_COMPAT_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/uio.h>
#include <linux/version.h>
#include <net/sock.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
#include <linux/genhd.h>
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 13, 0) && \
	!defined(DYSK_HAVE_MEMCPY_TO_PAGE)
static inline void memcpy_to_page(struct page *page, size_t offset,
				  const char *from, size_t len)
{
	char *to = kmap_atomic(page);

	memcpy(to + offset, from, len);
	kunmap_atomic(to);
}
#endif

#ifndef ITER_SOURCE
#define ITER_SOURCE	WRITE
#define ITER_DEST	READ
#endif

/* Which kernel has which signature of the block device operations. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define DYSK_OPEN_ARGS		struct gendisk *disk, blk_mode_t mode
#define DYSK_OPEN_DISK		(disk)
#define DYSK_OPEN_WRITES	(mode & BLK_OPEN_WRITE)
#define DYSK_RELEASE_ARGS	struct gendisk *disk
#else
#define DYSK_OPEN_ARGS		struct block_device *bdev, fmode_t mode
#define DYSK_OPEN_DISK		(bdev->bd_disk)
#define DYSK_OPEN_WRITES	(mode & FMODE_WRITE)
#define DYSK_RELEASE_ARGS	struct gendisk *disk, fmode_t mode
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
#define DYSK_TIMEOUT_ARGS	struct request *rq
#else
#define DYSK_TIMEOUT_ARGS	struct request *rq, bool reserved
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define DYSK_TAG_FLAGS_MERGE	BLK_MQ_F_SHOULD_MERGE
#else
#define DYSK_TAG_FLAGS_MERGE	0
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#define DYSK_TAG_FLAGS_SCHED	BLK_MQ_F_NO_SCHED_BY_DEFAULT
#else
/* Without a flag, a device with one queue gets mq-deadline. */
#define DYSK_TAG_FLAGS_SCHED	BLK_MQ_F_NO_SCHED
#endif
#define DYSK_TAG_FLAGS	(BLK_MQ_F_BLOCKING | DYSK_TAG_FLAGS_MERGE | \
			 DYSK_TAG_FLAGS_SCHED)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)
#define DYSK_DISK_NO_PARTITIONS	GENHD_FL_NO_PART
#else
#define DYSK_DISK_NO_PARTITIONS	GENHD_FL_NO_PART_SCAN
#endif

/* kernel_connect() took another name for its address in 6.19. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
typedef struct sockaddr_unsized dysk_sockaddr;
#else
typedef struct sockaddr dysk_sockaddr;
#endif

#ifdef DYSK_HAVE_WQ_PERCPU
#define DYSK_WQ_FLAGS	(WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_PERCPU)
#else
#define DYSK_WQ_FLAGS	(WQ_MEM_RECLAIM | WQ_HIGHPRI)
#endif

/* Memory from kmalloc() as a segment (bvec_set_virt() came in 6.3). */
static inline void dysk_compat_bvec_virt(struct bio_vec *bv, void *virt,
					 unsigned int len)
{
	bv->bv_page = virt_to_page(virt);
	bv->bv_offset = offset_in_page(virt);
	bv->bv_len = len;
}

static inline void dysk_compat_no_task_frag(struct sock *sk)
{
#ifdef DYSK_HAVE_SK_USE_TASK_FRAG
	sk->sk_use_task_frag = false;
#endif
}

/*
 * What the device can take.  The discard limit is a 32-bit number of bytes in
 * a bio, so one clear covers up to 4 GiB.
 */
struct dysk_compat_limits {
	unsigned int max_sectors;
	unsigned short max_segments;
	bool discard;
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)

static inline struct gendisk *
dysk_compat_disk_alloc(struct blk_mq_tag_set *set,
		       const struct dysk_compat_limits *want, void *data)
{
	struct queue_limits lim = {
		.logical_block_size	= SECTOR_SIZE,
		.physical_block_size	= 4096,
		.io_min			= 4096,
		.io_opt			= want->max_sectors << SECTOR_SHIFT,
		.max_hw_sectors		= want->max_sectors,
		.max_user_sectors	= want->max_sectors,
		.max_segments		= want->max_segments,
		.max_segment_size	= UINT_MAX,
		.dma_alignment		= 3,
	};

	if (want->discard) {
		lim.max_hw_discard_sectors = UINT_MAX >> SECTOR_SHIFT;
		lim.max_write_zeroes_sectors = UINT_MAX >> SECTOR_SHIFT;
		lim.discard_granularity = SECTOR_SIZE;
	}
	return blk_mq_alloc_disk(set, &lim, data);
}

#else

static inline void
dysk_compat_limits_set(struct request_queue *q,
		       const struct dysk_compat_limits *want)
{
	blk_queue_logical_block_size(q, SECTOR_SIZE);
	blk_queue_physical_block_size(q, 4096);
	blk_queue_io_min(q, 4096);
	blk_queue_io_opt(q, want->max_sectors << SECTOR_SHIFT);
	blk_queue_max_hw_sectors(q, want->max_sectors);
	q->limits.max_sectors = want->max_sectors;
	blk_queue_max_segments(q, want->max_segments);
	blk_queue_max_segment_size(q, UINT_MAX);
	blk_queue_dma_alignment(q, 3);
	blk_queue_write_cache(q, false, false);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, q);
	if (want->discard) {
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
		blk_queue_flag_set(QUEUE_FLAG_DISCARD, q);
#endif
		blk_queue_max_discard_sectors(q, UINT_MAX >> SECTOR_SHIFT);
		blk_queue_max_write_zeroes_sectors(q,
						   UINT_MAX >> SECTOR_SHIFT);
		q->limits.discard_granularity = SECTOR_SIZE;
	}
}

static inline struct gendisk *
dysk_compat_disk_alloc(struct blk_mq_tag_set *set,
		       const struct dysk_compat_limits *want, void *data)
{
	struct gendisk *disk;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	disk = blk_mq_alloc_disk(set, data);
	if (IS_ERR(disk))
		return disk;
#else
	struct request_queue *q = blk_mq_init_queue(set);

	if (IS_ERR(q))
		return ERR_CAST(q);
	q->queuedata = data;
	disk = alloc_disk(0);
	if (!disk) {
		blk_cleanup_queue(q);
		return ERR_PTR(-ENOMEM);
	}
	disk->queue = q;
	disk->flags |= GENHD_FL_EXT_DEVT;
#endif
	dysk_compat_limits_set(disk->queue, want);
	return disk;
}

#endif

static inline int
dysk_compat_disk_add(struct gendisk *disk, const struct attribute_group **groups)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
	return device_add_disk(NULL, disk, groups);
#else
	device_add_disk(NULL, disk, groups);
	return 0;
#endif
}

/* After del_gendisk(), or instead of it when the disk was never added. */
static inline void dysk_compat_disk_free(struct gendisk *disk)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
	put_disk(disk);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	blk_cleanup_disk(disk);
#else
	blk_cleanup_queue(disk->queue);
	put_disk(disk);
#endif
}

/* Everything that comes from now on fails, so that nobody waits for it. */
static inline void dysk_compat_disk_dead(struct gendisk *disk)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)
	blk_mark_disk_dead(disk);
#else
	blk_set_queue_dying(disk->queue);
	set_capacity(disk, 0);
#endif
}

#endif /* DYSK_COMPAT_H */
