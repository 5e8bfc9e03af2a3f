// SPDX-License-Identifier: MIT
/*
 * witness: load that remembers what it was told, and finds what is not so.
 *
 *   witness device PATH name=value ...   random writes, reads and clears of a
 *                                        block device, past the page cache
 *   witness files DIR name=value ...     files that are written, replaced and
 *                                        unlinked, each change synced
 *   witness verify-device PATH ...       reads all of it
 *   witness verify-files DIR ...         after a crash, with what was heard
 *   witness plan worker=N version=N ...  prints that change, and for a write
 *                                        the sum of its first block
 *
 * Names: seed= workers= blocks= longest= clears=PERCENT first=BLOCK, the plan
 * (plan.h; files take seed and workers only), and reads=PERCENT changes=N
 * seconds=N pause_ms=N on_error=stop|go heard=-.
 *
 * Ends after that many changes or seconds, at SIGTERM, or at the first error.
 * On standard output, at once: "a WORKER VERSION" for a change that was
 * acknowledged, "f WORKER VERSION ERRNO" for one that failed; last a line
 * "end name=value ...". What is wrong is named on standard error.
 *
 * With heard=- standard input has, for each worker, "w WORKER ACKED NEXT" and
 * "f WORKER VERSION" for each change up to ACKED that failed (ascending).
 * Changes from NEXT on were not begun: a run goes on with them.
 *
 * Exit status: 0, 1 something was lost, stale, foreign or torn, 2 usage or no
 * such device.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "content.h"
#include "run.h"

#define FOUND_SHOWN	40
#define ERROR_PAUSE_US	20000

struct run run = {
	.plan = { .seed = 1, .blocks = 1024, .workers = 4, .longest = 64, .clears = 15 },
	.reads = 40,
};

static volatile sig_atomic_t stopping;
static double began_ms;
static uint64_t changes_begun;
static uint64_t found_count;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

_Noreturn void die(const char *what)
{
	fprintf(stderr, "witness: %s: %s\n", what, strerror(errno));
	exit(2);
}

_Noreturn static void usage(const char *what)
{
	fprintf(stderr, "witness: %s\n", what);
	exit(2);
}

double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

/* ---- going on ----------------------------------------------------------- */

static void stop(int signal)
{
	(void)signal;
	stopping = 1;
}

int run_goes_on(void)
{
	return !stopping && (!run.seconds || now_ms() - began_ms < run.seconds * 1e3);
}

int run_more_changes(void)
{
	return !run.changes || __atomic_fetch_add(&changes_begun, 1, __ATOMIC_RELAXED) < run.changes;
}

void run_had_error(void)
{
	if (run.stop_at_error)
		stopping = 1;
	else
		usleep(ERROR_PAUSE_US);
}

static void *thread(void *argument)
{
	void (*work)(uint32_t) = ((void **)argument)[0];

	work((uintptr_t)((void **)argument)[1]);
	return NULL;
}

void run_workers(void (*work)(uint32_t worker))
{
	void *arguments[WORKERS_MAX][2];
	pthread_t threads[WORKERS_MAX];
	uint32_t w;

	began_ms = now_ms();
	for (w = 0; w < run.plan.workers; w++) {
		arguments[w][0] = work;
		arguments[w][1] = (void *)(uintptr_t)w;
		errno = pthread_create(&threads[w], NULL, thread, arguments[w]);
		if (errno)
			die("thread");
	}
	for (w = 0; w < run.plan.workers; w++)
		pthread_join(threads[w], NULL);
}

/* ---- telling ------------------------------------------------------------ */

/* One write() a line: lines of several threads don't mix, and nothing stays here when the machine ends. */
static void tell(const char *line, size_t length)
{
	while (length) {
		ssize_t n = write(STDOUT_FILENO, line, length);

		if (n < 0 && errno != EINTR)
			die("standard output");
		if (n > 0) {
			line += n;
			length -= n;
		}
	}
}

void tell_done(uint32_t worker, uint64_t version)
{
	char line[64];

	tell(line, snprintf(line, sizeof(line), "a %" PRIu32 " %" PRIu64 "\n", worker, version));
}

void tell_failed(uint32_t worker, uint64_t version, int error)
{
	char line[64];

	tell(line, snprintf(line, sizeof(line), "f %" PRIu32 " %" PRIu64 " %s\n", worker, version,
			    strerrorname_np(error)));
}

void found(uint64_t *count, const char *format, ...)
{
	va_list values;

	__atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
	if (__atomic_fetch_add(&found_count, 1, __ATOMIC_RELAXED) >= FOUND_SHOWN)
		return;
	va_start(values, format);
	flockfile(stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	funlockfile(stderr);
	va_end(values);
}

void count(uint64_t *count)
{
	__atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

void count_duration(double ms)
{
	pthread_mutex_lock(&counting);
	if (ms > run.counts.slowest_ms)
		run.counts.slowest_ms = ms;
	pthread_mutex_unlock(&counting);
}

static void tell_end(void)
{
	const struct counts *c = &run.counts;
	uint32_t w;

	printf("end reads=%" PRIu64 " writes=%" PRIu64 " clears=%" PRIu64 " failed_reads=%" PRIu64
	       " failed_writes=%" PRIu64 " failed_clears=%" PRIu64 " lost=%" PRIu64 " stale=%" PRIu64
	       " foreign=%" PRIu64 " torn=%" PRIu64 " slowest_ms=%.0f seconds=%.3f next=",
	       c->reads, c->writes, c->clears, c->failed_reads, c->failed_writes, c->failed_clears, c->lost,
	       c->stale, c->foreign, c->torn, c->slowest_ms, (now_ms() - began_ms) / 1e3);
	for (w = 0; w < run.plan.workers; w++)
		printf("%s%" PRIu64, w ? "," : "", run.heard[w].next);
	printf("\n");
	if (fflush(stdout))
		die("standard output");
}

/* ---- what was heard of an earlier run ----------------------------------- */

int heard_failed(const struct heard *heard, uint64_t version)
{
	uint32_t low = 0, high = heard->failed_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (heard->failed[middle] == version)
			return 1;
		if (heard->failed[middle] < version)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static void heard_failure(struct heard *heard, uint64_t version)
{
	uint64_t *longer = reallocarray(heard->failed, heard->failed_count + 1, sizeof(*longer));

	if (!longer)
		die("memory");
	heard->failed = longer;
	heard->failed[heard->failed_count++] = version;
}

static void hear(void)
{
	unsigned long long a, b;
	unsigned int worker;
	char line[128];

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "w %u %llu %llu", &worker, &a, &b) == 3 && worker < run.plan.workers && b > a) {
			run.heard[worker].acked = a;
			run.heard[worker].next = b;
		} else if (sscanf(line, "f %u %llu", &worker, &a) == 2 && worker < run.plan.workers) {
			heard_failure(&run.heard[worker], a);
		} else {
			usage("standard input: not what was heard");
		}
	}
}

/* ---- options ------------------------------------------------------------ */

static uint32_t plan_shown_worker;
static uint64_t plan_shown_version;
static int has_heard;

static void option(char *pair)
{
	char *value = strchr(pair, '=');
	struct plan *plan = &run.plan;
	char *end;
	uint64_t number;

	if (!value)
		usage("name=value expected");
	*value++ = '\0';
	number = strtoull(value, &end, 0);
	if (!strcmp(pair, "on_error")) {
		run.stop_at_error = !strcmp(value, "stop");
		return;
	}
	if (!strcmp(pair, "heard")) {
		has_heard = 1;
		return;
	}
	if (!strcmp(pair, "seconds")) {
		run.seconds = strtod(value, &end);
	} else if (!strcmp(pair, "seed")) {
		plan->seed = number;
	} else if (!strcmp(pair, "first")) {
		plan->first = number;
	} else if (!strcmp(pair, "blocks")) {
		plan->blocks = number;
	} else if (!strcmp(pair, "workers")) {
		plan->workers = number;
	} else if (!strcmp(pair, "longest")) {
		plan->longest = number;
	} else if (!strcmp(pair, "clears")) {
		plan->clears = number;
	} else if (!strcmp(pair, "reads")) {
		run.reads = number;
	} else if (!strcmp(pair, "changes")) {
		run.changes = number;
	} else if (!strcmp(pair, "pause_ms")) {
		run.pause_ms = number;
	} else if (!strcmp(pair, "worker")) {
		plan_shown_worker = number;
	} else if (!strcmp(pair, "version")) {
		plan_shown_version = number;
	} else {
		usage("unknown name");
	}
	if (!*value || *end)
		usage("not a number");
}

static int show_plan(void)
{
	static const char * const kinds[] = { "write", "discard", "zero-out" };
	struct change change = plan_change(&run.plan, plan_shown_worker, plan_shown_version);
	struct stamp stamp = { run.plan.seed, change.block, plan_shown_version };
	uint64_t block[BLOCK_WORDS];

	content_fill(block, &stamp);
	printf("kind=%s block=%" PRIu32 " count=%" PRIu32 " sum=%016" PRIx64 "\n", kinds[change.kind],
	       change.block, change.count, block[BLOCK_WORDS - 1]);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "", *fault;
	struct sigaction action = { .sa_handler = stop };
	int i, first = 2;
	uint32_t w;

	for (w = 0; w < WORKERS_MAX; w++)
		run.heard[w].next = 1;
	if (strcmp(mode, "plan")) {
		if (argc < 3)
			usage("a mode and a path are needed");
		run.path = argv[2];
		first = 3;
	}
	for (i = first; i < argc; i++)
		option(argv[i]);
	if (strstr(mode, "files"))
		run.plan.blocks = run.plan.workers * run.plan.longest;
	fault = plan_fault(&run.plan);
	if (fault)
		usage(fault);
	if (has_heard)
		hear();
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	began_ms = now_ms();

	if (!strcmp(mode, "plan"))
		return show_plan();
	if (!strcmp(mode, "device")) {
		device_prepare();
		run_workers(device_work);
	} else if (!strcmp(mode, "verify-device")) {
		device_prepare();
		device_verify();
	} else if (!strcmp(mode, "files")) {
		files_prepare();
		run_workers(files_work);
	} else if (!strcmp(mode, "verify-files")) {
		files_verify();
	} else {
		usage("unknown mode");
	}
	tell_end();
	return run.counts.lost || run.counts.stale || run.counts.foreign || run.counts.torn;
}
