// SPDX-License-Identifier: MIT
/*
 * ioctlfuzz: calls of /dev/dysk that no sane program makes.
 *
 *   ioctlfuzz calls   count seed spare template...    one after the other
 *   ioctlfuzz race    seconds seed threads template...  many at once, with I/O
 *   ioctlfuzz refused count seed template...    as a user: each must give EPERM
 *   ioctlfuzz open                              must be refused
 *   ioctlfuzz starved 0 0 template...           attach, change, detach, with the
 *                    first, the second, ... allocation or copy in them failing
 *                    (Documentation/fault-injection: fail-nth, which counts what
 *                    the filters in debugfs let through)
 *   ioctlfuzz starved-write /dev/dyskN          one page again and again, with the
 *                    first, the second, ... allocation to send it failing
 *
 * A template is what "dysktool template" wrote: something that can be attached.
 * spare: index of a device that is not to be detached or changed, -1: none.
 * What is random follows from seed alone, as far as threads let it.
 *
 * Prints calls=N and how they ended: attach.OK=3 attach.EINVAL=40 ...
 * Exit status: 0, 1 a call ended as it must not, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "dysk.h"

#define CALLS		8
#define NUMBERS		12	/* some that don't exist */
#define PAGE		4096UL
#define ROOM		(4 * PAGE)
#define ERRORS		134
#define TEMPLATES_MAX	16
#define DEVICES		20	/* indexes that are tried */
#define LISTED_MAX	(TEMPLATES_MAX + 1UL)
#define SLOTS		16	/* of the memory that changes underneath */

static const char *const names[NUMBERS] = {
	"version", "attach", "detach", "get", "list", "update", "resize",
	"stats", "8", "9", "10", "11",
};

static const size_t sizes[CALLS] = {
	sizeof(struct dysk_version), sizeof(struct dysk_attach),
	sizeof(struct dysk_detach), sizeof(struct dysk_info),
	sizeof(struct dysk_list), sizeof(struct dysk_update),
	sizeof(struct dysk_resize), sizeof(struct dysk_stats),
};

struct template {
	struct dysk_attach attach;
	unsigned char secret[DYSK_CREDENTIAL_MAX];
};

static struct template templates[TEMPLATES_MAX];
static unsigned int template_count;
static int control_fd;
static long spare = -1;

/* Two pages that can be used, and one behind them that can't. */
static unsigned char *edge;
/* For lists: whatever count and size say, it ends in what can't be written. */
static unsigned char *entries;
/* Memory that another thread takes away and gives back. */
static unsigned char *shaky;
static volatile int stop;

struct worker {
	pthread_t thread;
	bool calls_only;
	__u64 random;
	unsigned long calls, io, ended[NUMBERS][ERRORS];
	unsigned char room[ROOM] __attribute__((aligned(4096)));
};

static void usage(const char *what)
{
	fprintf(stderr, "ioctlfuzz: %s\n", what);
	exit(2);
}

/* ---- chance ---- */

static __u32 rnd(struct worker *w)	/* xorshift64* */
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (w->random * 0x2545f4914f6cdd1dULL) >> 32;
}

static int one_in(struct worker *w, __u32 n)
{
	return rnd(w) % n == 0;
}

static __u64 odd_number(struct worker *w)
{
	static const __u64 odd[] = {
		0, 1, 2, 7, 8, 9, 63, 64, 65, 255, 511, 512, 4095, 4096, 8191,
		8192, 8193, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe,
		0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
		0xffffffffffffffff,
	};

	if (one_in(w, 4))
		return (__u64)rnd(w) << 32 | rnd(w);
	return odd[rnd(w) % (sizeof(odd) / sizeof(odd[0]))];
}

static __u64 odd_pointer(struct worker *w)
{
	switch (rnd(w) % 8) {
	case 0: return 0;
	case 1: return 8;
	case 2: return 0xffff888000000000ULL + (rnd(w) & ~7U);
	case 3: return 0xffffffff81000000ULL;
	case 4: return 0x7ffffffff000ULL - rnd(w) % 64;
	case 5: return (uintptr_t)edge + 2 * PAGE - rnd(w) % 64;
	case 6: return (uintptr_t)"constant, and so not writable";
	default: return odd_number(w);
	}
}

/* ---- arguments ---- */

static void valid_attach(struct worker *w, void *arg)
{
	const struct template *t = &templates[rnd(w) % template_count];
	struct dysk_attach *a = arg;

	*a = t->attach;
	a->cred_ptr = (uintptr_t)t->secret;
	a->attach_timeout_ms = 300 + rnd(w) % 2000;
	a->max_connections = rnd(w) % 5;
}

static void valid_update(struct worker *w, void *arg)
{
	const struct template *t = &templates[rnd(w) % template_count];
	struct dysk_update *u = arg;

	u->index = rnd(w) % DEVICES;
	u->flags = 1 + rnd(w) % DYSK_UPDATE_FLAGS;
	u->addr_count = t->attach.addr_count;
	memcpy(u->addrs, t->attach.addrs, sizeof(u->addrs));
	u->cred_type = t->attach.cred_type;
	u->cred_len = t->attach.cred_len;
	u->cred_ptr = (uintptr_t)t->secret;
	u->max_connections = rnd(w) % (DYSK_CONNECTIONS_MAX + 1);
	u->idle_timeout_ms = rnd(w) % 3000;
}

static void valid_list(struct worker *w, void *arg)
{
	struct dysk_list *l = arg;

	l->first = rnd(w) % 4;
	l->count = 1 + rnd(w) % 2;
	l->entry_size = sizeof(struct dysk_info);
	l->entries = (uintptr_t)entries;
}

/* An argument that the call accepts. */
static void valid(struct worker *w, unsigned int nr, unsigned char *arg)
{
	__u32 size = nr < CALLS ? sizes[nr] : 8 + rnd(w) % 4096;

	memset(arg, 0, ROOM);
	switch (nr) {
	case _IOC_NR(DYSK_IOC_ATTACH):
		valid_attach(w, arg);
		break;
	case _IOC_NR(DYSK_IOC_UPDATE):
		valid_update(w, arg);
		break;
	case _IOC_NR(DYSK_IOC_LIST):
		valid_list(w, arg);
		break;
	case _IOC_NR(DYSK_IOC_DETACH):
		((struct dysk_detach *)arg)->flags = one_in(w, 3);
		/* fallthrough */
	default:
		/* The index is the third word of all the others. */
		((__u32 *)arg)[2] = rnd(w) % DEVICES;
	}
	memcpy(arg, &size, sizeof(size));
}

static const struct { unsigned int nr; size_t at; } pointers[] = {
	{ _IOC_NR(DYSK_IOC_ATTACH), offsetof(struct dysk_attach, cred_ptr) },
	{ _IOC_NR(DYSK_IOC_UPDATE), offsetof(struct dysk_update, cred_ptr) },
	{ _IOC_NR(DYSK_IOC_LIST), offsetof(struct dysk_list, entries) },
};

static void spoil_pointer(struct worker *w, unsigned int nr, unsigned char *arg)
{
	unsigned int i;

	for (i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		if (pointers[i].nr == nr) {
			__u64 pointer = odd_pointer(w);

			memcpy(arg + pointers[i].at, &pointer, sizeof(pointer));
		}
	}
}

static void spoil_size(struct worker *w, unsigned int nr, unsigned char *arg)
{
	__u32 size = nr < CALLS ? sizes[nr] : 0;

	switch (rnd(w) % 4) {
	case 0: size += rnd(w) % 3 - 1; break;
	case 1: size = rnd(w) % (2 * PAGE + 2); break;
	case 2: size = 2 * PAGE + rnd(w) % 2; break;
	default: size = odd_number(w);
	}
	memcpy(arg, &size, sizeof(size));
}

static void spoil(struct worker *w, unsigned int nr, unsigned char *arg)
{
	size_t size = nr < CALLS ? sizes[nr] : 256, at, n;
	__u64 number = odd_number(w);

	switch (rnd(w) % 6) {
	case 0:
		spoil_size(w, nr, arg);
		break;
	case 1:
		spoil_pointer(w, nr, arg);
		break;
	case 2:		/* a field */
		memcpy(arg + rnd(w) % (size / 4) * 4, &number, 4);
		break;
	case 3:
		at = rnd(w) % (size / 8) * 8;
		memcpy(arg + at, &number, 8);
		break;
	case 4:		/* a run of bytes: text without an end */
		at = rnd(w) % size;
		n = rnd(w) % 600;
		memset(arg + at, rnd(w), n < ROOM - at ? n : ROOM - at);
		break;
	default:	/* what lies behind what the module knows */
		arg[size + rnd(w) % 64] = rnd(w);
	}
}

/* ---- calls ---- */

static int is_spared(unsigned int nr, const unsigned char *arg)
{
	const __u32 *words = (const void *)arg;

	return spare >= 0 && words[2] == (__u32)spare &&
	       (nr == _IOC_NR(DYSK_IOC_DETACH) ||
		nr == _IOC_NR(DYSK_IOC_UPDATE));
}

static unsigned int command(struct worker *w, unsigned int nr)
{
	unsigned int direction = _IOC_READ | _IOC_WRITE;
	unsigned int size = nr < CALLS ? sizes[nr] : rnd(w) % 8192;

	if (one_in(w, 32))
		direction = rnd(w) % 4;
	if (one_in(w, 8))
		size = rnd(w) % 16384;
	return _IOC(direction, one_in(w, 64) ? rnd(w) % 256 : DYSK_IOC_MAGIC,
		    nr, size);
}

/* Where the argument is: aligned or not, at the edge of what there is, nowhere. */
static void *place(struct worker *w, unsigned char *arg)
{
	size_t keep;

	switch (rnd(w) % 16) {
	case 0:
		keep = 1 + rnd(w) % 7;
		memmove(arg + keep, arg, ROOM - keep);
		return arg + keep;
	case 1:
	case 2:
		keep = rnd(w) % (2 * PAGE);
		memcpy(edge + 2 * PAGE - keep, arg, keep);
		return edge + 2 * PAGE - keep;
	case 3:
		return (void *)(uintptr_t)odd_pointer(w);
	default:
		return arg;
	}
}

static int call(struct worker *w, unsigned int nr, void *arg)
{
	int failed = ioctl(control_fd, command(w, nr), arg);

	w->calls++;
	w->ended[nr][failed ? errno % ERRORS : 0]++;
	return failed ? errno : 0;
}

static unsigned int random_number(struct worker *w)
{
	return rnd(w) % (one_in(w, 8) ? NUMBERS : CALLS);
}

static void print_sum(struct worker *workers, unsigned int count)
{
	unsigned long calls = 0, io = 0;
	unsigned int i, nr, err;

	for (i = 0; i < count; i++) {
		calls += workers[i].calls;
		io += workers[i].io;
	}
	printf("calls=%lu io=%lu", calls, io);
	for (nr = 0; nr < NUMBERS; nr++) {
		for (err = 0; err < ERRORS; err++) {
			unsigned long n = 0;

			for (i = 0; i < count; i++)
				n += workers[i].ended[nr][err];
			if (n)
				printf(" %s.%s=%lu", names[nr],
				       err ? strerrorname_np(err) : "OK", n);
		}
	}
	printf("\n");
}

static int calls(struct worker *w, unsigned long count)
{
	while (w->calls < count) {
		unsigned int nr = random_number(w), faults = rnd(w) % 4;

		valid(w, nr, w->room);
		while (faults--)
			spoil(w, nr, w->room);
		if (nr == _IOC_NR(DYSK_IOC_ATTACH)) {
			/* Whatever became of it, it is not to wait for long. */
			((struct dysk_attach *)w->room)->attach_timeout_ms = 300;
		}
		if (is_spared(nr, w->room))
			w->calls++;
		else
			call(w, nr, place(w, w->room));
	}
	print_sum(w, 1);
	return 0;
}

static int refused(struct worker *w, unsigned long count)
{
	int wrong = 0;

	if (setgid(65534) || setuid(65534)) {
		perror("ioctlfuzz: setuid");
		return 2;
	}
	while (w->calls < count) {
		unsigned int nr = random_number(w), faults = rnd(w) % 3;

		valid(w, nr, w->room);
		while (faults--)
			spoil(w, nr, w->room);
		if (call(w, nr, place(w, w->room)) != EPERM)
			wrong = 1;
	}
	print_sum(w, 1);
	return wrong;
}

/* ---- many at once ---- */

static void do_io(struct worker *w)
{
	static const unsigned int ops = 5;
	char path[32];
	off_t at = (off_t)(rnd(w) % 256) * PAGE;
	__u64 range[2] = { at, PAGE };
	int fd, i;

	snprintf(path, sizeof(path), "/dev/dysk%u", rnd(w) % DEVICES);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	for (i = rnd(w) % 4; i >= 0; i--) {
		int failed = 0;

		switch (rnd(w) % ops) {
		case 0: failed = pread(fd, w->room, PAGE, at) != PAGE; break;
		case 1: failed = pwrite(fd, w->room, PAGE, at) != PAGE; break;
		case 2: failed = ioctl(fd, BLKDISCARD, range); break;
		case 3: failed = ioctl(fd, BLKZEROOUT, range); break;
		default: failed = fsync(fd);
		}
		w->io += !failed;
	}
	close(fd);
}

static void *race_calls(void *data)
{
	struct worker *w = data;

	while (!stop) {
		unsigned int nr = rnd(w) % CALLS;
		unsigned char *arg = w->room;

		if (!w->calls_only && one_in(w, 4)) {
			do_io(w);
			continue;
		}
		/* All threads share the slots, so they change each other's. */
		valid(w, nr, w->room);
		if (one_in(w, 8))
			spoil(w, nr, w->room);
		if (one_in(w, 4) && nr != _IOC_NR(DYSK_IOC_ATTACH)) {
			struct iovec from = { w->room, ROOM }, to = { NULL, ROOM };

			arg = shaky + rnd(w) % SLOTS * ROOM;
			to.iov_base = arg;
			/* It may be gone: a plain copy would end us then. */
			(void)!process_vm_writev(getpid(), &from, 1, &to, 1, 0);
		}
		call(w, nr, arg);
	}
	return NULL;
}

/* Takes memory away in the middle of calls, changes what it says, gives it back. */
static void *shake(void *data)
{
	struct worker *w = data;

	while (!stop) {
		unsigned char *slot = shaky + rnd(w) % SLOTS * ROOM;
		size_t part = rnd(w) % 4 * PAGE;

		switch (rnd(w) % 4) {
		case 0:
			mprotect(slot + part, PAGE, PROT_READ);
			break;
		case 1:
			mprotect(slot + part, PAGE, PROT_NONE);
			break;
		case 2:
			madvise(slot, ROOM, MADV_DONTNEED);
			break;
		default:
			mmap(slot, ROOM, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
			((__u32 *)slot)[rnd(w) % (ROOM / 4)] = odd_number(w);
			((__u32 *)slot)[0] = sizes[rnd(w) % CALLS];
		}
		if (one_in(w, 16))
			usleep(1000);
	}
	return NULL;
}

/* Ends what waits at devices whose credentials or addresses were spoilt. */
static void detach_all(void)
{
	__u32 index;

	for (index = 0; index < DEVICES; index++) {
		struct dysk_detach arg = {
			.size = sizeof(arg),
			.flags = DYSK_DETACH_FORCE,
			.index = index,
		};

		(void)!ioctl(control_fd, DYSK_IOC_DETACH, &arg);
	}
}

static int race(unsigned int seconds, __u64 seed, unsigned int threads)
{
	struct worker *workers = aligned_alloc(PAGE, (threads + 1) * sizeof(*workers));
	unsigned int i;

	if (!workers)
		return 2;
	memset(workers, 0, (threads + 1) * sizeof(*workers));
	for (i = 0; i <= threads; i++) {
		workers[i].random = (seed + 1) * 0x9e3779b97f4a7c15ULL + i;
		/* Else all might wait at one device that none of them mends. */
		workers[i].calls_only = !i;
		if (pthread_create(&workers[i].thread, NULL,
				   i < threads ? race_calls : shake, &workers[i]))
			return 2;
	}
	sleep(seconds);
	stop = 1;
	for (i = 0; i <= threads; i++) {
		while (pthread_tryjoin_np(workers[i].thread, NULL)) {
			detach_all();
			usleep(10000);
		}
	}
	print_sum(workers, threads + 1);
	return 0;
}

/* ---- without memory ---- */

static void fail_nth(unsigned int nth)
{
	char text[16];
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY | O_CLOEXEC);
	int n = snprintf(text, sizeof(text), "%u", nth);

	if (fd < 0 || write(fd, text, n) != n)
		usage("this kernel can't make allocations fail");
	close(fd);
}

/* What is left to count down: 0 when it has failed. */
static unsigned int nth_left(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		usage("can't read fail-nth");
	close(fd);
	return strtoul(text, NULL, 10);
}

static int exact(struct worker *w, unsigned int nr, void *arg)
{
	int failed = ioctl(control_fd, _IOC(_IOC_READ | _IOC_WRITE,
					    DYSK_IOC_MAGIC, nr, sizes[nr]), arg);

	w->calls++;
	w->ended[nr][failed ? errno % ERRORS : 0]++;
	return failed ? errno : 0;
}

static int attach_now(struct worker *w, __u32 *index)
{
	struct dysk_attach *a = (void *)w->room;
	int err;

	valid(w, _IOC_NR(DYSK_IOC_ATTACH), w->room);
	a->attach_timeout_ms = 60000;
	a->max_connections = 4;
	err = exact(w, _IOC_NR(DYSK_IOC_ATTACH), a);
	*index = a->index;
	return err;
}

static int detach_now(struct worker *w, __u32 index)
{
	struct dysk_detach d = {
		.size = sizeof(d), .flags = DYSK_DETACH_FORCE, .index = index,
	};

	return exact(w, _IOC_NR(DYSK_IOC_DETACH), &d);
}

/* A detach that couldn't write its answer (EFAULT) may have come before that or after. */
static bool left_attached(unsigned int nr, int err)
{
	if (nr == _IOC_NR(DYSK_IOC_ATTACH))
		return !err;
	return nr != _IOC_NR(DYSK_IOC_DETACH) || err;
}

/* The call with this number, each time with a later failure, until none is reached. */
static int starve(struct worker *w, unsigned int nr)
{
	unsigned int nth, left = 0;
	__u32 index;
	int err;

	for (nth = 1; !left; nth++) {
		if (nr == _IOC_NR(DYSK_IOC_ATTACH)) {
			fail_nth(nth);
			err = attach_now(w, &index);
		} else {
			if (attach_now(w, &index))
				return 1;
			valid(w, nr, w->room);
			/* Index and name of the device, where all calls have them. */
			if (nr != _IOC_NR(DYSK_IOC_LIST))
				((__u32 *)w->room)[2] = index;
			fail_nth(nth);
			err = exact(w, nr, w->room);
		}
		left = nth_left();
		fail_nth(0);
		if (left_attached(nr, err) && detach_now(w, index) &&
		    !(nr == _IOC_NR(DYSK_IOC_DETACH) && err == EFAULT)) {
			printf("%s at %u: no device to detach\n", names[nr], nth);
			return 1;
		}
		if (err && err != ENOMEM && err != EFAULT) {
			printf("%s failed with %s at %u\n", names[nr],
			       strerrorname_np(err), nth);
			return 1;
		}
	}
	printf("%s_points=%u ", names[nr], nth - 2);
	return 0;
}

static int starved(struct worker *w)
{
	unsigned int nr;

	template_count = 1;
	for (nr = 1; nr < CALLS; nr++) {
		if (starve(w, nr)) {
			print_sum(w, 1);
			return 1;
		}
	}
	print_sum(w, 1);
	return 0;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* The task that writes is the one that sends, when a connection is idle. */
static int starved_write(const char *path)
{
	int fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	double began, slowest = 0;
	unsigned int nth, left = 0;
	ssize_t written;

	if (fd < 0) {
		perror(path);
		return 1;
	}
	for (nth = 1; !left; nth++) {
		if (pread(fd, edge, PAGE, 0) != (ssize_t)PAGE) {
			perror("read");
			return 1;
		}
		fail_nth(nth);
		began = seconds();
		written = pwrite(fd, edge, PAGE, 0);
		left = nth_left();
		fail_nth(0);
		if (written != (ssize_t)PAGE) {
			perror("write");
			return 1;
		}
		if (seconds() - began > slowest)
			slowest = seconds() - began;
	}
	printf("points=%u slowest_ms=%.0f\n", nth - 2, slowest * 1e3);
	return 0;
}

/* ---- the command ---- */

static void load(char **paths)
{
	for (; *paths; paths++) {
		int fd = open(*paths, O_RDONLY | O_CLOEXEC);
		struct template *t = &templates[template_count];

		if (template_count == TEMPLATES_MAX || fd < 0 ||
		    read(fd, t, sizeof(*t)) != sizeof(*t))
			usage("not a template of dysktool");
		close(fd);
		template_count++;
	}
	if (!template_count)
		usage("which template?");
}

static void *map(size_t bytes, int protection)
{
	void *at = mmap(NULL, bytes, protection,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		usage("no memory");
	return at;
}

int main(int argc, char **argv)
{
	static struct worker worker;
	__u64 seed;

	control_fd = open("/dev/dysk", O_RDWR | O_CLOEXEC);
	if (argc == 2 && !strcmp(argv[1], "open")) {
		printf("open=%s\n", control_fd < 0 ? strerrorname_np(errno) : "OK");
		return control_fd >= 0;
	}
	if (argc == 3 && !strcmp(argv[1], "starved-write")) {
		edge = map(PAGE, PROT_READ | PROT_WRITE);
		return starved_write(argv[2]);
	}
	if (argc < 5)
		usage("calls, race or refused, with their numbers and templates");
	if (control_fd < 0) {
		perror("ioctlfuzz: /dev/dysk");
		return 1;
	}
	edge = map(3 * PAGE, PROT_READ | PROT_WRITE);
	mprotect(edge + 2 * PAGE, PAGE, PROT_NONE);
	shaky = map(SLOTS * ROOM, PROT_READ | PROT_WRITE);
	entries = map(LISTED_MAX << 32, PROT_NONE);
	mprotect(entries, LISTED_MAX * sizeof(struct dysk_info), PROT_READ | PROT_WRITE);
	seed = strtoull(argv[3], NULL, 0);
	worker.random = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	if (!strcmp(argv[1], "refused")) {
		load(argv + 4);
		return refused(&worker, strtoul(argv[2], NULL, 0));
	}
	if (!strcmp(argv[1], "starved")) {
		load(argv + 4);
		return starved(&worker);
	}
	load(argv + 5);
	if (!strcmp(argv[1], "calls")) {
		spare = strtol(argv[4], NULL, 0);
		return calls(&worker, strtoul(argv[2], NULL, 0));
	}
	if (!strcmp(argv[1], "race"))
		return race(strtoul(argv[2], NULL, 0), seed, strtoul(argv[4], NULL, 0));
	usage("calls, race or refused");
	return 2;
}
