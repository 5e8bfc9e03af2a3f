// SPDX-License-Identifier: MIT
/*
 * filetree: a small tree of files on which everything is synced, for tests of
 * what a file system makes of a device in trouble.
 *
 *   filetree work  DIR SEED SECONDS   creates, overwrites, renames and removes
 *                                     files, each step followed by fsync of
 *                                     the file and of its folder; then prints
 *                                     what must be there: FOLDER NAME SEED SIZE
 *   filetree check DIR                reads that list from standard input;
 *                                     those files are there, whole, and no other
 *
 * Exit status: 0, 1 something failed or is not so (said on standard error).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDERS		4
#define NAMES		24
#define FILE_MAX	(96 * 1024)

/* What a file holds follows from its seed; 0: it isn't there. */
struct file {
	uint64_t seed;
	uint32_t size;
};

static struct file tree[FOLDERS][NAMES];
static unsigned char content[FILE_MAX], found[FILE_MAX + 1];
static uint64_t state;
static unsigned long steps[4];	/* written, renamed, removed, read */

static void die(const char *what, const char *path)
{
	fprintf(stderr, "filetree: %s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

static void wrong(const char *what, const char *path)
{
	fprintf(stderr, "filetree: %s: %s\n", path, what);
	exit(1);
}

static uint64_t next(uint64_t *from)
{
	uint64_t z = *from += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static void fill(const struct file *file)
{
	uint64_t from = file->seed;
	size_t i;

	for (i = 0; i < file->size; i += 8) {
		uint64_t word = next(&from);

		memcpy(content + i, &word, file->size - i < 8 ? file->size - i : 8);
	}
}

static void path_of(char *path, int folder, int name)
{
	if (name < 0)
		sprintf(path, "d%d", folder);
	else
		sprintf(path, "d%d/f%d", folder, name);
}

static void sync_folder(int folder)
{
	char path[32];
	int fd;

	path_of(path, folder, -1);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || fsync(fd) || close(fd))
		die("sync", path);
}

static void verify(int folder, int name)
{
	struct file *file = &tree[folder][name];
	char path[32];
	ssize_t got;
	int fd;

	path_of(path, folder, name);
	fd = open(path, O_RDONLY);
	if (!file->seed) {
		if (fd >= 0 || errno != ENOENT)
			wrong("is there, and should not be", path);
		return;
	}
	if (fd < 0)
		die("open", path);
	got = read(fd, found, sizeof(found));
	if (got < 0)
		die("read", path);
	close(fd);
	fill(file);
	if (got != (ssize_t)file->size || memcmp(content, found, got))
		wrong("holds something else than was written", path);
	steps[3]++;
}

static void write_file(int folder, int name)
{
	struct file file = { .seed = next(&state) | 1 };
	char path[32];
	int fd;

	file.size = 1 + next(&state) % FILE_MAX;
	path_of(path, folder, name);
	fill(&file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, content, file.size) != (ssize_t)file.size ||
	    fsync(fd) || close(fd))
		die("write", path);
	sync_folder(folder);
	tree[folder][name] = file;
	steps[0]++;
}

static void rename_file(int folder, int name)
{
	int to_folder = next(&state) % FOLDERS, to_name = next(&state) % NAMES;
	char from[32], to[32];

	if (to_folder == folder && to_name == name)
		return;
	path_of(from, folder, name);
	path_of(to, to_folder, to_name);
	if (rename(from, to))
		die("rename", from);
	sync_folder(to_folder);
	if (to_folder != folder)
		sync_folder(folder);
	tree[to_folder][to_name] = tree[folder][name];
	tree[folder][name].seed = 0;
	steps[1]++;
}

static void remove_file(int folder, int name)
{
	char path[32];

	path_of(path, folder, name);
	if (unlink(path))
		die("remove", path);
	sync_folder(folder);
	tree[folder][name].seed = 0;
	steps[2]++;
}

static void step(void)
{
	int folder = next(&state) % FOLDERS, name = next(&state) % NAMES;
	unsigned int what = next(&state) % 10;

	if (!tree[folder][name].seed || what < 4)
		write_file(folder, name);
	else if (what < 7)
		rename_file(folder, name);
	else if (what < 8)
		remove_file(folder, name);
	else
		verify(folder, name);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void work(double seconds)
{
	double end = now() + seconds;
	int folder, name;
	char path[32];

	for (folder = 0; folder < FOLDERS; folder++) {
		path_of(path, folder, -1);
		if (mkdir(path, 0755))
			die("make", path);
	}
	do {
		step();
	} while (now() < end);
	for (folder = 0; folder < FOLDERS; folder++)
		for (name = 0; name < NAMES; name++)
			if (tree[folder][name].seed)
				printf("%d %d %" PRIu64 " %" PRIu32 "\n", folder,
				       name, tree[folder][name].seed,
				       tree[folder][name].size);
	fprintf(stderr, "written=%lu renamed=%lu removed=%lu read=%lu\n",
		steps[0], steps[1], steps[2], steps[3]);
}

static void check(void)
{
	int folder, name, entries, expected;
	struct file file;
	char path[32];

	while (scanf("%d %d %" SCNu64 " %" SCNu32, &folder, &name, &file.seed,
		     &file.size) == 4) {
		if (folder < 0 || folder >= FOLDERS || name < 0 ||
		    name >= NAMES || file.size > FILE_MAX)
			wrong("not a list of files", "standard input");
		tree[folder][name] = file;
	}
	for (folder = 0; folder < FOLDERS; folder++) {
		struct dirent **list;

		expected = 2;
		for (name = 0; name < NAMES; name++) {
			verify(folder, name);
			expected += !!tree[folder][name].seed;
		}
		path_of(path, folder, -1);
		entries = scandir(path, &list, NULL, NULL);
		if (entries < 0)
			die("list", path);
		if (entries != expected)
			wrong("has entries that nobody made", path);
	}
	fprintf(stderr, "read=%lu\n", steps[3]);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && chdir(argv[2]))
		die("enter", argv[2]);
	if (argc == 5 && !strcmp(argv[1], "work")) {
		state = strtoull(argv[3], NULL, 10);
		work(strtod(argv[4], NULL));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "check")) {
		check();
		return 0;
	}
	fprintf(stderr, "filetree: work DIR SEED SECONDS, or check DIR\n");
	return 2;
}
