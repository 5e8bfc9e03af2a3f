// SPDX-License-Identifier: MIT
/*
 * A block device. Each worker has its part of the area, changes only that, one
 * change at a time, and reads its own part and those of others.
 *
 * What a read may show of a block: nothing older than the last change that was
 * acknowledged, or that an earlier read has shown, when the read began; nothing
 * that was not begun when it ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"
#include "run.h"

struct block {
	uint64_t acked;		/* last change that was acknowledged */
	uint64_t seen;		/* newest that was read */
	uint64_t begun;		/* last one begun */
	uint64_t cleared;	/* last one begun that clears it */
	int zeros;		/* what the newer of acked and seen left */
};

static struct block *blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int device = -1;
static int is_file;

static uint64_t known(const struct block *block)
{
	return block->acked > block->seen ? block->acked : block->seen;
}

/* ---- what is known ------------------------------------------------------ */

static void begin(const struct change *change, uint64_t version)
{
	uint32_t i;

	pthread_mutex_lock(&lock);
	for (i = change->block; i < change->block + change->count; i++) {
		blocks[i].begun = version;
		if (change->kind != WRITE)
			blocks[i].cleared = version;
	}
	pthread_mutex_unlock(&lock);
}

static void acknowledged(const struct change *change, uint64_t version)
{
	uint32_t i;

	pthread_mutex_lock(&lock);
	for (i = change->block; i < change->block + change->count; i++) {
		blocks[i].acked = version;
		blocks[i].zeros = change->kind != WRITE;
	}
	pthread_mutex_unlock(&lock);
}

static void recall(uint32_t worker)
{
	const struct heard *heard = &run.heard[worker];
	uint64_t version;

	for (version = 1; version < heard->next; version++) {
		struct change change = plan_change(&run.plan, worker, version);

		begin(&change, version);
		if (version <= heard->acked && !heard_failed(heard, version))
			acknowledged(&change, version);
	}
}

/* The zeros that were read are those of a change after @after: of the first one that clears the block. */
static uint64_t clearing(uint32_t block, uint64_t after, uint64_t begun)
{
	uint32_t worker = plan_worker(&run.plan, block);
	struct change change;

	while (++after < begun) {
		change = plan_change(&run.plan, worker, after);
		if (change.kind != WRITE && change_covers(&change, block))
			break;
	}
	return after;
}

static void too_old(uint32_t i, const struct block *before, const char *shown, uint64_t version)
{
	int lost = version < before->acked || before->acked >= before->seen;

	found(lost ? &run.counts.lost : &run.counts.stale,
	      "%s: block %u shows %s %llu, acknowledged %llu, seen %llu", lost ? "lost" : "stale", i, shown,
	      (unsigned long long)version, (unsigned long long)before->acked,
	      (unsigned long long)before->seen);
}

static void check_zeros(uint32_t i, const struct block *before)
{
	struct block *now = &blocks[i];
	uint64_t floor = known(before);

	if (before->zeros)
		return;
	if (now->cleared <= floor)
		return too_old(i, before, "zeros, last cleared at", now->cleared);
	if (known(now) == floor) {
		now->seen = clearing(i, floor, now->begun);
		now->zeros = 1;
	}
}

static void check_stamp(uint32_t i, const struct block *before, const struct stamp *stamp)
{
	uint32_t worker = plan_worker(&run.plan, i);
	struct block *now = &blocks[i];
	struct change change;

	if (stamp->seed != run.plan.seed || stamp->block != i || !stamp->version || stamp->version > now->begun)
		return found(&run.counts.foreign, "foreign: block %u shows run %llu, block %llu, change %llu; begun %llu",
			     i, (unsigned long long)stamp->seed, (unsigned long long)stamp->block,
			     (unsigned long long)stamp->version, (unsigned long long)now->begun);
	change = plan_change(&run.plan, worker, stamp->version);
	if (change.kind != WRITE || !change_covers(&change, i))
		return found(&run.counts.foreign, "foreign: block %u shows change %llu, which did not write it", i,
			     (unsigned long long)stamp->version);
	if (stamp->version < known(before))
		return too_old(i, before, "change", stamp->version);
	if (stamp->version > known(now)) {
		now->seen = stamp->version;
		now->zeros = 0;
	}
}

static void check(uint32_t i, const struct block *before, const void *data)
{
	struct stamp stamp;
	enum content content = content_read(data, &stamp);

	pthread_mutex_lock(&lock);
	switch (content) {
	case CONTENT_ZEROS:
		check_zeros(i, before);
		break;
	case CONTENT_STAMPED:
		check_stamp(i, before, &stamp);
		break;
	case CONTENT_TORN:
		found(&run.counts.torn, "torn: block %u", i);
		break;
	}
	pthread_mutex_unlock(&lock);
}

/* ---- operations --------------------------------------------------------- */

static off_t at(uint32_t block)
{
	return (off_t)(run.plan.first + block) * BLOCK_BYTES;
}

static int clear_range(enum change_kind kind, uint64_t offset, uint64_t length)
{
	uint64_t range[2] = { offset, length };

	if (is_file)
		return fallocate(device, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
	return ioctl(device, kind == DISCARD ? BLKDISCARD : BLKZEROOUT, range);
}

static void change_next(uint32_t worker, uint64_t version, char *buffer)
{
	struct change change = plan_change(&run.plan, worker, version);
	size_t length = (size_t)change.count * BLOCK_BYTES;
	int error = 0;
	double start;
	uint32_t i;

	for (i = 0; change.kind == WRITE && i < change.count; i++) {
		struct stamp stamp = { run.plan.seed, change.block + i, version };

		content_fill(buffer + (size_t)i * BLOCK_BYTES, &stamp);
	}
	begin(&change, version);
	start = now_ms();
	errno = 0;
	if (change.kind == WRITE ? pwrite(device, buffer, length, at(change.block)) != (ssize_t)length :
				   clear_range(change.kind, at(change.block), length))
		error = errno ? errno : EIO;
	if (error) {
		count(change.kind == WRITE ? &run.counts.failed_writes : &run.counts.failed_clears);
		tell_failed(worker, version, error);
		run_had_error();
		return;
	}
	count_duration(now_ms() - start);
	acknowledged(&change, version);
	tell_done(worker, version);
	count(change.kind == WRITE ? &run.counts.writes : &run.counts.clears);
}

static void read_some(uint32_t first, uint32_t n, char *buffer, struct block *before)
{
	size_t length = (size_t)n * BLOCK_BYTES;
	double start = now_ms();
	uint32_t i;

	pthread_mutex_lock(&lock);
	memcpy(before, blocks + first, n * sizeof(*before));
	pthread_mutex_unlock(&lock);
	if (pread(device, buffer, length, at(first)) != (ssize_t)length) {
		count(&run.counts.failed_reads);
		run_had_error();
		return;
	}
	count_duration(now_ms() - start);
	for (i = 0; i < n; i++)
		check(first + i, before + i, buffer + (size_t)i * BLOCK_BYTES);
	count(&run.counts.reads);
}

/* Half of the reads are of the worker's own part, where nothing is under way: they are held to one version. */
static void read_any(uint32_t worker, uint64_t random, char *buffer, struct block *before)
{
	uint32_t n = 1u << (random >> 8 & 0xff) % (32 - __builtin_clz(run.plan.longest));
	uint32_t part = plan_part(&run.plan);
	uint32_t from = random & 1 ? worker * part : 0;
	uint32_t room = (random & 1 ? part : run.plan.blocks) - n + 1;

	read_some(from + (random >> 16) % room, n, buffer, before);
}

/* ---- modes -------------------------------------------------------------- */

static void *memory(size_t bytes)
{
	void *p;

	if (posix_memalign(&p, BLOCK_BYTES, bytes))
		die("memory");
	return p;
}

void device_prepare(void)
{
	struct stat stat;
	uint32_t w;

	device = open(run.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (device < 0 || fstat(device, &stat))
		die(run.path);
	is_file = S_ISREG(stat.st_mode);
	blocks = calloc(run.plan.blocks, sizeof(*blocks));
	if (!blocks)
		die("memory");
	for (w = 0; w < run.plan.blocks; w++)
		blocks[w].zeros = 1;
	for (w = 0; w < run.plan.workers; w++)
		recall(w);
}

void device_work(uint32_t worker)
{
	char *buffer = memory((size_t)run.plan.longest * BLOCK_BYTES);
	struct block *before = memory(run.plan.longest * sizeof(*before));
	uint64_t version = run.heard[worker].next;
	uint64_t random = plan_mix(run.plan.seed + worker) ^ version;

	while (run_goes_on()) {
		random = plan_mix(random);
		if (random % 100 < run.reads)
			read_any(worker, random >> 8, buffer, before);
		else if (run_more_changes())
			change_next(worker, version++, buffer);
		else
			break;
		if (run.pause_ms)
			usleep(run.pause_ms * 1000);
	}
	run.heard[worker].next = version;
	free(before);
	free(buffer);
}

void device_verify(void)
{
	char *buffer = memory((size_t)CHANGE_BLOCKS_MAX * BLOCK_BYTES);
	struct block *before = memory(CHANGE_BLOCKS_MAX * sizeof(*before));
	uint32_t from, n;

	for (from = 0; from < run.plan.blocks; from += n) {
		n = run.plan.blocks - from < CHANGE_BLOCKS_MAX ? run.plan.blocks - from : CHANGE_BLOCKS_MAX;
		read_some(from, n, buffer, before);
	}
	free(before);
	free(buffer);
}
