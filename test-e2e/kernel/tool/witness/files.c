// SPDX-License-Identifier: MIT
/*
 * Files. Each worker has a directory with some of them, and makes one change at
 * a time: rewrites a part and syncs it, replaces the file (new one, fsync,
 * rename, fsync of the directory) or unlinks it. A change is acknowledged when
 * its last fsync was; after the first error the file is trusted no more.
 *
 * After a crash a file must be as the acknowledged changes left it, or as one of
 * the later changes that had been begun did; where one was under way in place,
 * its blocks may be old, new or torn, but nobody else's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"
#include "run.h"

#define SLOTS		6u
#define FILE_BLOCKS	24u

enum file_change_kind { REWRITE, REPLACE, UNLINK };

struct file_change {
	enum file_change_kind kind;
	uint32_t slot;
	uint32_t block, count;
};

struct file {
	int exists;
	int untrusted;
	uint32_t blocks;
	uint64_t versions[FILE_BLOCKS];
};

/* What was found on the device. */
struct image {
	int exists;
	size_t size;
	char *data;
};

static struct file (*directories)[SLOTS];

/* ---- what changes do ---------------------------------------------------- */

static struct file_change next_change(uint32_t worker, uint64_t version, struct file *files)
{
	uint64_t h = plan_hash(&run.plan, worker, version);
	struct file_change change = { .slot = (h & 0xffff) % SLOTS };
	struct file *file = &files[change.slot];
	uint32_t dice = h >> 16 & 0xff;

	if (!file->exists || (dice >= 128 && dice < 224)) {
		change.kind = REPLACE;
		change.count = 1 + (h >> 24 & 0xff) % 16;
	} else if (dice >= 224) {
		change.kind = UNLINK;
	} else {
		change.kind = REWRITE;
		change.block = (h >> 24 & 0xff) % (file->blocks + 1);
		change.count = 1 + (h >> 32 & 0xff) % 4;
		if (change.block == FILE_BLOCKS)
			change.block--;
		if (change.block + change.count > FILE_BLOCKS)
			change.count = FILE_BLOCKS - change.block;
	}
	return change;
}

static void apply(struct file *file, const struct file_change *change, uint64_t version)
{
	uint32_t i;

	if (change->kind != REWRITE)
		file->blocks = 0;
	file->exists = change->kind != UNLINK;
	for (i = change->block; i < change->block + change->count; i++)
		file->versions[i] = version;
	if (change->block + change->count > file->blocks)
		file->blocks = change->block + change->count;
}

static struct stamp stamp_of(uint32_t worker, uint32_t slot, uint32_t block, uint64_t version)
{
	struct stamp stamp = { run.plan.seed, (uint64_t)worker << 40 | (uint64_t)slot << 32 | block, version };

	return stamp;
}

static void path_of(char *path, size_t size, uint32_t worker, char kind, uint32_t slot)
{
	snprintf(path, size, "%s/w%u/%c%u", run.path, worker, kind, slot);
}

/* ---- making changes ----------------------------------------------------- */

static int sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd < 0 || fsync(fd))
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static int write_blocks(const char *path, int flags, uint32_t worker, const struct file_change *change,
			uint64_t version)
{
	static _Thread_local char data[FILE_BLOCKS * BLOCK_BYTES] __attribute__((aligned(8)));
	size_t length = (size_t)change->count * BLOCK_BYTES;
	int error = 0;
	uint32_t i;
	int fd;

	for (i = 0; i < change->count; i++) {
		struct stamp stamp = stamp_of(worker, change->slot, change->block + i, version);

		content_fill(data + (size_t)i * BLOCK_BYTES, &stamp);
	}
	fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644);
	if (fd < 0)
		return errno;
	errno = 0;
	if (pwrite(fd, data, length, (off_t)change->block * BLOCK_BYTES) != (ssize_t)length)
		error = errno ? errno : EIO;
	else if (version & 1 ? fsync(fd) : fdatasync(fd))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	return error;
}

static int make_change(uint32_t worker, const struct file_change *change, uint64_t version)
{
	char name[512], fresh[512], directory[512];
	int error;

	path_of(name, sizeof(name), worker, 'f', change->slot);
	path_of(fresh, sizeof(fresh), worker, 't', change->slot);
	snprintf(directory, sizeof(directory), "%s/w%u", run.path, worker);
	switch (change->kind) {
	case REWRITE:
		return write_blocks(name, 0, worker, change, version);
	case REPLACE:
		error = write_blocks(fresh, O_CREAT | O_TRUNC, worker, change, version);
		if (error)
			return error;
		if (rename(fresh, name))
			return errno;
		return sync_directory(directory);
	default:
		if (unlink(name))
			return errno;
		return sync_directory(directory);
	}
}

/* ---- looking ------------------------------------------------------------ */

static int load(uint32_t worker, uint32_t slot, struct image *image)
{
	char path[512];
	struct stat stat;
	int fd, error = 0;

	memset(image, 0, sizeof(*image));
	path_of(path, sizeof(path), worker, 'f', slot);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	image->exists = 1;
	/* From the device, not from memory. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (fstat(fd, &stat)) {
		error = errno;
	} else {
		image->size = stat.st_size;
		if (posix_memalign((void **)&image->data, 8, image->size + BLOCK_BYTES))
			die("memory");
		memset(image->data, 0, image->size + BLOCK_BYTES);
		errno = 0;
		if (pread(fd, image->data, image->size, 0) != (ssize_t)image->size)
			error = errno ? errno : EIO;
	}
	close(fd);
	return error;
}

static int block_is(uint32_t worker, uint32_t slot, uint32_t block, const void *data, uint64_t version)
{
	struct stamp want = stamp_of(worker, slot, block, version), stamp;

	return content_read(data, &stamp) == CONTENT_STAMPED && stamp.seed == want.seed &&
	       stamp.block == want.block && stamp.version == version;
}

static int image_is(const struct image *image, uint32_t worker, uint32_t slot, const struct file *file)
{
	uint32_t i;

	if (!image->exists || !file->exists)
		return image->exists == file->exists;
	if (image->size != (size_t)file->blocks * BLOCK_BYTES)
		return 0;
	for (i = 0; i < file->blocks; i++)
		if (!block_is(worker, slot, i, image->data + (size_t)i * BLOCK_BYTES, file->versions[i]))
			return 0;
	return 1;
}

/* A block where a rewrite in place was under way: anything but somebody else's. */
static int may_be_under_way(uint32_t worker, uint32_t slot, uint32_t block, const void *data, uint64_t version)
{
	struct stamp want = stamp_of(worker, slot, block, version), stamp;

	return content_read(data, &stamp) != CONTENT_STAMPED ||
	       (stamp.seed == want.seed && stamp.block == want.block);
}

static int image_is_between(const struct image *image, uint32_t worker, const struct file *old,
			    const struct file_change *change, uint64_t version)
{
	struct file new = *old;
	size_t least = (size_t)old->blocks * BLOCK_BYTES;
	uint32_t i;

	apply(&new, change, version);
	if (change->kind != REWRITE || !image->exists)
		return 0;
	if (image->size < least || image->size > (size_t)new.blocks * BLOCK_BYTES)
		return 0;
	for (i = 0; (size_t)i * BLOCK_BYTES < image->size; i++) {
		const char *data = image->data + (size_t)i * BLOCK_BYTES;

		if (i < old->blocks && block_is(worker, change->slot, i, data, old->versions[i]))
			continue;
		if (i < change->block || i >= change->block + change->count ||
		    !may_be_under_way(worker, change->slot, i, data, version))
			return 0;
	}
	return 1;
}

/* Says what is wrong with it, as far as the first wrong block tells. */
static void wrong(const struct image *image, uint32_t worker, uint32_t slot, const struct file *file)
{
	struct stamp want, stamp;
	uint32_t i;

	if (!image->exists || (file->exists && image->size < (size_t)file->blocks * BLOCK_BYTES))
		return found(&run.counts.lost, "lost: w%u/f%u %s, acknowledged with %u blocks", worker, slot,
			     image->exists ? "is too short" : "is not there", file->blocks);
	for (i = 0; (size_t)i * BLOCK_BYTES < image->size; i++) {
		want = stamp_of(worker, slot, i, i < file->blocks && file->exists ? file->versions[i] : 0);
		switch (content_read(image->data + (size_t)i * BLOCK_BYTES, &stamp)) {
		case CONTENT_ZEROS:
			return found(&run.counts.lost, "lost: w%u/f%u block %u is zeros, acknowledged %llu", worker,
				     slot, i, (unsigned long long)want.version);
		case CONTENT_TORN:
			return found(&run.counts.torn, "torn: w%u/f%u block %u, acknowledged %llu", worker, slot, i,
				     (unsigned long long)want.version);
		default:
			break;
		}
		if (stamp.seed != want.seed || stamp.block != want.block || stamp.version > run.heard[worker].next)
			return found(&run.counts.foreign, "foreign: w%u/f%u block %u shows run %llu, %llx, change %llu",
				     worker, slot, i, (unsigned long long)stamp.seed,
				     (unsigned long long)stamp.block, (unsigned long long)stamp.version);
		if (stamp.version != want.version)
			return found(&run.counts.lost, "lost: w%u/f%u block %u shows change %llu, acknowledged %llu (%u blocks, exists %d)",
				     worker, slot, i, (unsigned long long)stamp.version,
				     (unsigned long long)want.version, file->blocks, file->exists);
	}
	found(&run.counts.lost, "lost: w%u/f%u is too long: %zu bytes, acknowledged %u blocks", worker, slot,
	      image->size, file->blocks);
}

static void look(uint32_t worker, uint32_t slot)
{
	struct file *file = &directories[worker][slot];
	struct image image;

	if (file->untrusted)
		return;
	if (load(worker, slot, &image)) {
		count(&run.counts.failed_reads);
		run_had_error();
	} else {
		if (!image_is(&image, worker, slot, file))
			wrong(&image, worker, slot, file);
		count(&run.counts.reads);
	}
	free(image.data);
}

/* ---- the run ------------------------------------------------------------ */

void files_prepare(void)
{
	char path[512];
	uint32_t w;

	directories = calloc(run.plan.workers, sizeof(*directories));
	if (!directories)
		die("memory");
	for (w = 0; w < run.plan.workers; w++) {
		if (run.heard[w].next != 1)
			die("a run with files begins anew");
		snprintf(path, sizeof(path), "%s/w%u", run.path, w);
		if (mkdir(path, 0755))
			die(path);
	}
	errno = sync_directory(run.path);
	if (errno)
		die(run.path);
}

static int all_untrusted(const struct file *files)
{
	uint32_t i;

	for (i = 0; i < SLOTS; i++)
		if (!files[i].untrusted)
			return 0;
	return 1;
}

void files_work(uint32_t worker)
{
	uint64_t random = plan_mix(run.plan.seed + worker), version = 0;
	struct file *files = directories[worker];
	double start;
	int error;

	while (run_goes_on() && !all_untrusted(files)) {
		struct file_change change;

		random = plan_mix(random);
		if (random % 100 < run.reads) {
			look(worker, (random >> 8) % SLOTS);
			continue;
		}
		if (!run_more_changes())
			break;
		change = next_change(worker, ++version, files);
		if (files[change.slot].untrusted)
			continue;
		start = now_ms();
		error = make_change(worker, &change, version);
		if (error) {
			files[change.slot].untrusted = 1;
			count(&run.counts.failed_writes);
			tell_failed(worker, version, error);
			run_had_error();
			continue;
		}
		count_duration(now_ms() - start);
		apply(&files[change.slot], &change, version);
		tell_done(worker, version);
		count(change.kind == UNLINK ? &run.counts.clears : &run.counts.writes);
		if (run.pause_ms)
			usleep(run.pause_ms * 1000);
	}
	run.heard[worker].next = version + 1;
}

/* ---- after a crash ------------------------------------------------------ */

static void recall(uint32_t worker)
{
	const struct heard *heard = &run.heard[worker];
	struct file *files = directories[worker];
	uint64_t version;

	for (version = 1; version <= heard->acked; version++) {
		struct file_change change = next_change(worker, version, files);

		if (files[change.slot].untrusted)
			continue;
		if (heard_failed(heard, version))
			files[change.slot].untrusted = 1;
		else
			apply(&files[change.slot], &change, version);
	}
}

static void verify(uint32_t worker, uint32_t slot)
{
	struct file *files = directories[worker], acknowledged = files[slot];
	struct file later[SLOTS];
	struct image image;
	uint64_t version;

	if (acknowledged.untrusted)
		return;
	if (load(worker, slot, &image)) {
		count(&run.counts.failed_reads);
		return;
	}
	count(&run.counts.reads);
	memcpy(later, files, sizeof(later));
	for (version = run.heard[worker].acked + 1; ; version++) {
		struct file_change change;

		if (image_is(&image, worker, slot, &later[slot]))
			break;
		if (version >= run.heard[worker].next) {
			wrong(&image, worker, slot, &acknowledged);
			break;
		}
		change = next_change(worker, version, later);
		if (change.slot == slot && image_is_between(&image, worker, &later[slot], &change, version))
			break;
		apply(&later[change.slot], &change, version);
	}
	free(image.data);
}

void files_verify(void)
{
	uint32_t w, slot;

	directories = calloc(run.plan.workers, sizeof(*directories));
	if (!directories)
		die("memory");
	for (w = 0; w < run.plan.workers; w++) {
		recall(w);
		for (slot = 0; slot < SLOTS; slot++)
			verify(w, slot);
	}
}
