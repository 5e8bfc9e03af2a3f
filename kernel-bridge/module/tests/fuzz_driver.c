// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a fuzz target where there is no libFuzzer: mutates the files of a
 * corpus with a seeded generator.  Takes the same few options:
 *
 *	fuzz_x [-runs=N] [-seed=N] [-max_total_time=S] corpus...
 *
 * A corpus is a folder or a file.  The input of a run that dies is left in
 * ./crash-input.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "fuzz.h"

#define SEEDS_MAX	4096
#define INPUT_MAX	16384

struct input {
	u8 *data;
	size_t len;
};

static struct input seeds[SEEDS_MAX];
static size_t seed_count;
static u8 current[INPUT_MAX];
static size_t current_len;

static void load_file(const char *path)
{
	static u8 data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	struct input *seed = &seeds[seed_count];

	if (!file || seed_count == SEEDS_MAX)
		exit(2);
	seed->len = fread(data, 1, sizeof(data), file);
	seed->data = malloc(seed->len + 1);
	memcpy(seed->data, data, seed->len);
	seed_count++;
	fclose(file);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load(const char *path)
{
	struct dirent **entries;
	struct stat st;
	char name[1024];
	int i, count;

	if (stat(path, &st)) {
		perror(path);
		exit(2);
	}
	if (!S_ISDIR(st.st_mode)) {
		load_file(path);
		return;
	}
	count = scandir(path, &entries, NULL, by_name);
	for (i = 0; i < count; i++) {
		if (entries[i]->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		load_file(name);
	}
	while (count > 0)
		free(entries[--count]);
	free(entries);
}

static void mutate_once(u64 *random)
{
	static const u8 telling[] = "\r\n\t :;,/-*0159afHx\0\x7f\x80\xff";
	u64 r = test_random(random);
	size_t at = current_len ? (r >> 8) % current_len : 0;
	const struct input *other;
	size_t n;

	switch (r % 8) {
	case 0:		/* flip a bit */
		if (current_len)
			current[at] ^= (u8)(1u << (r >> 40) % 8);
		break;
	case 1:		/* a telling byte */
	case 2:
		if (current_len)
			current[at] = telling[(r >> 40) % (sizeof(telling) - 1)];
		break;
	case 3:		/* insert a telling byte */
		if (current_len == INPUT_MAX)
			break;
		memmove(current + at + 1, current + at, current_len - at);
		current[at] = telling[(r >> 40) % (sizeof(telling) - 1)];
		current_len++;
		break;
	case 4:		/* drop some */
		n = (r >> 40) % 16;
		if (n > current_len - at)
			n = current_len - at;
		memmove(current + at, current + at + n, current_len - at - n);
		current_len -= n;
		break;
	case 5:		/* say some twice */
		n = (r >> 40) % 64;
		if (n > current_len - at)
			n = current_len - at;
		if (current_len + n > INPUT_MAX)
			break;
		memmove(current + at + n, current + at, current_len - at);
		current_len += n;
		break;
	case 6:		/* cut */
		if (r >> 60 == 0)
			current_len = at;
		break;
	case 7:		/* go on as another seed does */
		other = &seeds[(r >> 40) % seed_count];
		if (at < other->len && r >> 62 == 0) {
			memcpy(current + at, other->data + at, other->len - at);
			current_len = other->len;
		}
		break;
	}
}

/* A run has died: leave its input where it can be found. */
static void keep_current(void)
{
	FILE *file = fopen("crash-input", "wb");

	if (!file)
		return;
	fwrite(current, 1, current_len, file);
	fclose(file);
	fprintf(stderr, "input kept in ./crash-input\n");
}

void __asan_on_error(void);
void __asan_on_error(void)
{
	keep_current();
}

static void run_current(void)
{
	u8 *copy = malloc(current_len + 1);

	memcpy(copy, current, current_len);
	LLVMFuzzerTestOneInput(copy, current_len);
	free(copy);
}

int main(int argc, char **argv)
{
	unsigned long runs = 0, done = 0, seed = 1, seconds = 0;
	time_t start = time(NULL);
	const struct input *from;
	u64 random;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "-runs=", 6))
			runs = strtoul(argv[i] + 6, NULL, 10);
		else if (!strncmp(argv[i], "-seed=", 6))
			seed = strtoul(argv[i] + 6, NULL, 10);
		else if (!strncmp(argv[i], "-max_total_time=", 16))
			seconds = strtoul(argv[i] + 16, NULL, 10);
		else if (argv[i][0] != '-')
			load(argv[i]);
	}
	if (!seed_count) {
		fprintf(stderr, "no corpus\n");
		return 2;
	}
	random = 0x9e3779b97f4a7c15ULL * (seed + 1) | 1;
	for (done = 0; !runs || done < runs; done++) {
		if (seconds && !(done & 1023) &&
		    time(NULL) - start >= (time_t)seconds)
			break;
		from = &seeds[done % seed_count];
		memcpy(current, from->data, from->len);
		current_len = from->len;
		/* first the seeds as they are */
		if (done >= seed_count)
			for (i = (int)(test_random(&random) % 6); i >= 0; i--)
				mutate_once(&random);
		run_current();
	}
	fprintf(stderr, "%lu runs of %zu seeds\n", done, seed_count);
	return 0;
}
