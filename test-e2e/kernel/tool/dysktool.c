// SPDX-License-Identifier: MIT
/*
 * dysktool: every ioctl of /dev/dysk from the shell, for tests and benchmarks
 * of the module alone (people use dyskctl).
 *
 *   dysktool version [size=N] [tail=N]   tail: a byte behind the structure
 *   dysktool attach  name=value ...    prints name=value pairs
 *   dysktool detach  index [force] [id=ATTACH_ID] [flags=N]
 *   dysktool get     index
 *   dysktool list
 *   dysktool stats   index [hist]      hist: buckets too, with commas
 *   dysktool update  index name=value ...
 *   dysktool resize  index
 *   dysktool cycle   count name=value ...      attach and detach, timed
 *   dysktool hold    count format name=value ...  attach count blobs
 *                    (blob=printf format of the number), timed
 *   dysktool template file name=value ...   for ioctlfuzz: the argument of
 *                    attach, and the secret behind it
 *
 * Names: addr=IP port= host= account= container= blob= snapshot= lease= label=
 * key=BASE64 sas= ro=1 path=1 parts=1 conns= request_ms= no_path_s= idle_ms=
 * attach_ms= tail=BYTES.  To be refused: flags= reserved= cred_type= cred_len= family=
 * addr_count= id= (of update).  key and sas may be @FILE, or @- for standard input.
 *
 * Exit status: 0, 1 the ioctl failed (prints errno=NAME reason=N ...), 2 usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "dysk.h"

struct args {
	struct dysk_attach attach;
	unsigned char secret[DYSK_CREDENTIAL_MAX];
	int has_limits;
	int family;		/* -1: as the address says */
	__u64 attach_id;
};

static int control_fd = -1;

static void usage(const char *what)
{
	fprintf(stderr, "dysktool: %s\n", what);
	exit(2);
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

static int control(void)
{
	if (control_fd < 0)
		control_fd = open("/dev/dysk", O_RDWR | O_CLOEXEC);
	if (control_fd < 0) {
		printf("errno=%s\n", strerrorname_np(errno));
		exit(1);
	}
	return control_fd;
}

static int fail(__u32 reason, __u32 status, const char *code)
{
	printf("errno=%s reason=%u http_status=%u error_code=%s\n",
	       strerrorname_np(errno), reason, status, code);
	return 1;
}

static size_t base64(const char *text, unsigned char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, have = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit)
			usage("key is not base64");
		bits = bits << 6 | (unsigned int)(digit - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = bits >> have;
		}
	}
	return n;
}

static const char *from_file(const char *value)
{
	static char text[2 * DYSK_CREDENTIAL_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (value[0] != '@')
		return value;
	fd = strcmp(value, "@-") ? open(value + 1, O_RDONLY) : STDIN_FILENO;
	do {
		n = fd < 0 ? -1 : read(fd, text + len, sizeof(text) - 1 - len);
		if (n < 0)
			usage("can't read the secret");
		len += n;
	} while (n > 0);
	close(fd);
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static void add_address(struct dysk_attach *a, const char *ip)
{
	struct dysk_addr *addr = &a->addrs[a->addr_count];

	if (a->addr_count == DYSK_ADDRS_MAX)
		usage("too many addresses");
	if (inet_pton(AF_INET, ip, addr->addr) == 1)
		addr->family = 4;
	else if (inet_pton(AF_INET6, ip, addr->addr) == 1)
		addr->family = 6;
	else
		usage("addr is no IP address");
	a->addr_count++;
}

#define TEXT(field) snprintf(a->field, sizeof(a->field), "%s", value)

static void parse_one(struct args *args, const char *name, const char *value,
		      unsigned int *port)
{
	struct dysk_attach *a = &args->attach;
	unsigned long number = strtoul(value, NULL, 0);

	if (!strcmp(name, "addr")) {
		add_address(a, value);
	} else if (!strcmp(name, "port")) {
		*port = number;
	} else if (!strcmp(name, "host")) {
		TEXT(host);
	} else if (!strcmp(name, "account")) {
		TEXT(account);
	} else if (!strcmp(name, "container")) {
		TEXT(container);
	} else if (!strcmp(name, "blob")) {
		TEXT(blob);
	} else if (!strcmp(name, "snapshot")) {
		TEXT(snapshot);
	} else if (!strcmp(name, "lease")) {
		TEXT(lease_id);
	} else if (!strcmp(name, "label")) {
		TEXT(label);
	} else if (!strcmp(name, "key")) {
		a->cred_type = DYSK_CRED_SHARED_KEY;
		a->cred_len = base64(from_file(value), args->secret);
	} else if (!strcmp(name, "sas")) {
		value = from_file(value);
		a->cred_type = DYSK_CRED_SAS;
		a->cred_len = strlen(value);
		if (a->cred_len > sizeof(args->secret))
			usage("SAS is too long");
		memcpy(args->secret, value, a->cred_len);
	} else if (!strcmp(name, "tail")) {
		a->tail_bytes = number;
	} else if (!strcmp(name, "ro")) {
		a->flags |= number ? DYSK_ATTACH_READ_ONLY : 0;
	} else if (!strcmp(name, "path")) {
		a->flags |= number ? DYSK_ATTACH_PATH_STYLE : 0;
	} else if (!strcmp(name, "parts")) {
		a->flags |= number ? DYSK_ATTACH_PARTITIONS : 0;
	} else if (!strcmp(name, "conns")) {
		a->max_connections = number;
		args->has_limits = 1;
	} else if (!strcmp(name, "request_ms")) {
		a->request_timeout_ms = number;
		args->has_limits = 1;
	} else if (!strcmp(name, "no_path_s")) {
		a->no_path_timeout_s = number;
		args->has_limits = 1;
	} else if (!strcmp(name, "idle_ms")) {
		a->idle_timeout_ms = number;
		args->has_limits = 1;
	} else if (!strcmp(name, "attach_ms")) {
		a->attach_timeout_ms = number;
	} else if (!strcmp(name, "flags")) {
		a->flags |= number;
	} else if (!strcmp(name, "reserved")) {
		a->reserved = number;
	} else if (!strcmp(name, "cred_type")) {
		a->cred_type = number;
	} else if (!strcmp(name, "cred_len")) {
		a->cred_len = number;
	} else if (!strcmp(name, "family")) {
		args->family = number;
	} else if (!strcmp(name, "addr_count")) {
		a->addr_count = number;
	} else if (!strcmp(name, "id")) {
		args->attach_id = number;
	} else {
		usage("unknown name");
	}
}

static void parse(struct args *args, char **argv)
{
	unsigned int port = 80, i;

	memset(args, 0, sizeof(*args));
	args->attach.size = sizeof(args->attach);
	args->family = -1;
	args->attach.cred_ptr = (uintptr_t)args->secret;
	for (; *argv; argv++) {
		char *equals = strchr(*argv, '=');

		if (!equals)
			usage("name=value expected");
		*equals = '\0';
		parse_one(args, *argv, equals + 1, &port);
		*equals = '=';
	}
	for (i = 0; i < args->attach.addr_count && i < DYSK_ADDRS_MAX; i++) {
		args->attach.addrs[i].port = port;
		if (args->family >= 0)
			args->attach.addrs[i].family = args->family;
	}
}

/* The value behind "name=" in the rest of the command line. */
static unsigned long option(char **argv, const char *name, unsigned long otherwise)
{
	size_t len = strlen(name);

	for (; *argv; argv++)
		if (!strncmp(*argv, name, len) && (*argv)[len] == '=')
			return strtoul(*argv + len + 1, NULL, 0);
	return otherwise;
}

static int word(char **argv, const char *wanted)
{
	for (; *argv; argv++)
		if (!strcmp(*argv, wanted))
			return 1;
	return 0;
}

static int version(char **argv)
{
	struct {
		struct dysk_version v;
		unsigned char tail[4096];
	} arg = { .v.size = option(argv, "size", sizeof(arg.v)) };
	struct dysk_version *v = &arg.v;

	arg.tail[0] = option(argv, "tail", 0);
	if (ioctl(control(), DYSK_IOC_VERSION, v))
		return fail(0, 0, "");
	printf("abi=%u.%u features=%llu module=%s\n", v->abi_major, v->abi_minor,
	       (unsigned long long)v->features, v->module);
	return 0;
}

static int attach(char **argv)
{
	struct args args;
	struct dysk_attach *a = &args.attach;
	double t0, t1;

	parse(&args, argv);
	t0 = now_ms();
	if (ioctl(control(), DYSK_IOC_ATTACH, a))
		return fail(a->reason, a->http_status, a->error_code);
	t1 = now_ms();
	printf("index=%u device=/dev/dysk%u attach_id=%llu capacity=%llu epoch=%llu skew=%lld ms=%.2f\n",
	       a->index, a->index, (unsigned long long)a->attach_id,
	       (unsigned long long)a->capacity_bytes,
	       (unsigned long long)a->epoch, (long long)a->clock_skew_s, t1 - t0);
	return 0;
}

static int detach(char **argv)
{
	struct dysk_detach d = { .size = sizeof(d) };
	double t0 = now_ms();

	if (!argv[0])
		usage("detach: index");
	d.index = strtoul(argv[0], NULL, 0);
	d.flags = option(argv, "flags", word(argv, "force") ? DYSK_DETACH_FORCE : 0);
	d.attach_id = option(argv, "id", 0);
	if (ioctl(control(), DYSK_IOC_DETACH, &d))
		return fail(d.reason, 0, "");
	printf("ms=%.2f\n", now_ms() - t0);
	return 0;
}

static void print_info(const struct dysk_info *i)
{
	printf("index=%u state=%u reason=%u http_status=%u open=%u readonly=%u cred=%u connections=%u inflight=%u attach_id=%llu capacity=%llu epoch=%llu host=%s account=%s container=%s blob=%s snapshot=%s lease=%s label=%s error_code=%s\n",
	       i->index, i->state, i->reason, i->http_status,
	       !!(i->flags & DYSK_INFO_OPEN),
	       !!(i->flags & DYSK_ATTACH_READ_ONLY), i->cred_type,
	       i->connections, i->inflight, (unsigned long long)i->attach_id,
	       (unsigned long long)i->capacity_bytes,
	       (unsigned long long)i->epoch, i->host, i->account, i->container,
	       i->blob, i->snapshot, i->lease_id, i->label, i->error_code);
}

static int get(char **argv)
{
	struct dysk_info i = { .size = sizeof(i) };

	if (!argv[0])
		usage("get: index");
	i.index = strtoul(argv[0], NULL, 0);
	if (ioctl(control(), DYSK_IOC_GET, &i))
		return fail(0, 0, "");
	print_info(&i);
	return 0;
}

static int list(void)
{
	static struct dysk_info infos[16];
	struct dysk_list l = {
		.size = sizeof(l),
		.entry_size = sizeof(infos[0]),
		.entries = (uintptr_t)infos,
	};
	unsigned int i;

	do {
		l.count = 16;
		if (ioctl(control(), DYSK_IOC_LIST, &l))
			return fail(0, 0, "");
		for (i = 0; i < l.count; i++)
			print_info(&infos[i]);
		l.first = l.next;
	} while (l.next);
	return 0;
}

static void print_hist(const char *op, const char *what, const __u64 *hist)
{
	unsigned int i;

	for (i = 0; i < DYSK_HIST_BUCKETS; i++) {
		if (i)
			printf(",");
		else
			printf(" %s_%s_hist=", op, what);
		printf("%llu", (unsigned long long)hist[i]);
	}
}

static int stats(char **argv)
{
	static const char * const names[] = { "read", "write", "clear" };
	struct dysk_stats s = { .size = sizeof(s) };
	unsigned int i;

	if (!argv[0])
		usage("stats: index");
	s.index = strtoul(argv[0], NULL, 0);
	if (ioctl(control(), DYSK_IOC_STATS, &s))
		return fail(0, 0, "");
	printf("connects=%llu connect_failures=%llu resets=%llu timeouts=%llu bad_answers=%llu server_errors=%llu throttled=%llu denied=%llu fences=%llu fenced_writes=%llu held_ms=%llu",
	       (unsigned long long)s.connects,
	       (unsigned long long)s.connect_failures,
	       (unsigned long long)s.resets, (unsigned long long)s.timeouts,
	       (unsigned long long)s.bad_answers,
	       (unsigned long long)s.server_errors,
	       (unsigned long long)s.throttled, (unsigned long long)s.denied,
	       (unsigned long long)s.fences,
	       (unsigned long long)s.fenced_writes,
	       (unsigned long long)s.held_ms);
	for (i = 0; i < DYSK_STAT_OPS; i++) {
		printf(" %s_done=%llu %s_failed=%llu %s_bytes=%llu %s_retries=%llu %s_queue_us=%llu %s_service_us=%llu",
		       names[i], (unsigned long long)s.ops[i].done,
		       names[i], (unsigned long long)s.ops[i].failed,
		       names[i], (unsigned long long)s.ops[i].bytes,
		       names[i], (unsigned long long)s.ops[i].retries,
		       names[i], (unsigned long long)s.ops[i].queue_us,
		       names[i], (unsigned long long)s.ops[i].service_us);
		if (word(argv, "hist")) {
			print_hist(names[i], "queue", s.ops[i].queue_hist);
			print_hist(names[i], "service", s.ops[i].service_hist);
		}
	}
	printf("\n");
	return 0;
}

static int update(char **argv)
{
	struct args args;
	struct dysk_attach *a = &args.attach;
	struct dysk_update u = { .size = sizeof(u) };

	if (!argv[0])
		usage("update: index");
	parse(&args, argv + 1);
	u.index = strtoul(argv[0], NULL, 0);
	u.flags = a->flags;
	u.reserved = a->reserved;
	u.attach_id = args.attach_id;
	if (a->cred_type) {
		u.flags |= DYSK_UPDATE_CREDENTIALS;
		u.cred_type = a->cred_type;
		u.cred_len = a->cred_len;
		u.cred_ptr = a->cred_ptr;
	}
	if (a->addr_count) {
		u.flags |= DYSK_UPDATE_ADDRESSES;
		u.addr_count = a->addr_count;
		memcpy(u.addrs, a->addrs, sizeof(u.addrs));
	}
	if (args.has_limits) {
		u.flags |= DYSK_UPDATE_LIMITS;
		u.max_connections = a->max_connections;
		u.request_timeout_ms = a->request_timeout_ms;
		u.no_path_timeout_s = a->no_path_timeout_s;
		u.idle_timeout_ms = a->idle_timeout_ms;
	}
	if (ioctl(control(), DYSK_IOC_UPDATE, &u))
		return fail(u.reason, 0, "");
	return 0;
}

static int resize(char **argv)
{
	struct dysk_resize r = { .size = sizeof(r) };

	if (!argv[0])
		usage("resize: index");
	r.index = strtoul(argv[0], NULL, 0);
	if (ioctl(control(), DYSK_IOC_RESIZE, &r))
		return fail(r.reason, r.http_status, r.error_code);
	printf("capacity=%llu\n", (unsigned long long)r.capacity_bytes);
	return 0;
}

/* "Usable" is what a mount needs: the node is there and its first block read. */
static void first_read(__u32 index)
{
	static char block[4096] __attribute__((aligned(4096)));
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/dysk%u", index);
	fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (fd < 0 || read(fd, block, sizeof(block)) != sizeof(block)) {
		printf("errno=%s at first read of %s\n", strerrorname_np(errno),
		       path);
		exit(1);
	}
	close(fd);
}

/* udev may have it open for a moment. */
static int detach_patiently(__u32 index)
{
	struct dysk_detach d = { .size = sizeof(d), .index = index };
	double end = now_ms() + 10000;

	while (ioctl(control(), DYSK_IOC_DETACH, &d)) {
		if (errno != EBUSY || now_ms() > end)
			return fail(d.reason, 0, "");
		usleep(1000);
	}
	return 0;
}

static int cycle(char **argv)
{
	unsigned long i, count;
	struct args args, fresh;

	if (!argv[0])
		usage("cycle: count");
	count = strtoul(argv[0], NULL, 0);
	parse(&fresh, argv + 1);
	for (i = 0; i < count; i++) {
		struct dysk_attach *a = &args.attach;
		double t0, t1, t2, t3;

		args = fresh;
		a->cred_ptr = (uintptr_t)args.secret;
		t0 = now_ms();
		if (ioctl(control(), DYSK_IOC_ATTACH, a))
			return fail(a->reason, a->http_status, a->error_code);
		t1 = now_ms();
		first_read(a->index);
		t2 = now_ms();
		if (detach_patiently(a->index))
			return 1;
		t3 = now_ms();
		printf("attach_ms=%.3f usable_ms=%.3f detach_ms=%.3f\n", t1 - t0,
		       t2 - t0, t3 - t2);
	}
	return 0;
}

static int hold(char **argv)
{
	unsigned long i, count;
	struct args args, fresh;
	const char *format;

	if (!argv[0] || !argv[1] || !strstr(argv[1], "%lu"))
		usage("hold: count, format with %lu");
	count = strtoul(argv[0], NULL, 0);
	format = argv[1];
	parse(&fresh, argv + 2);
	for (i = 0; i < count; i++) {
		struct dysk_attach *a = &args.attach;
		double t0;

		args = fresh;
		a->cred_ptr = (uintptr_t)args.secret;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(a->blob, sizeof(a->blob), format, i);
#pragma GCC diagnostic pop
		t0 = now_ms();
		if (ioctl(control(), DYSK_IOC_ATTACH, a))
			return fail(a->reason, a->http_status, a->error_code);
		first_read(a->index);
		printf("n=%lu index=%u usable_ms=%.3f\n", i, a->index,
		       now_ms() - t0);
	}
	return 0;
}

static int template(char **argv)
{
	struct args args;
	int fd;

	if (!argv[0])
		usage("template: file");
	parse(&args, argv + 1);
	fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, &args.attach, sizeof(args.attach)) != sizeof(args.attach) ||
	    write(fd, args.secret, sizeof(args.secret)) != sizeof(args.secret))
		usage("can't write the template");
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	char **rest = argv + 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		usage("which call?");
	if (!strcmp(argv[1], "version"))
		return version(rest);
	if (!strcmp(argv[1], "attach"))
		return attach(rest);
	if (!strcmp(argv[1], "detach"))
		return detach(rest);
	if (!strcmp(argv[1], "get"))
		return get(rest);
	if (!strcmp(argv[1], "list"))
		return list();
	if (!strcmp(argv[1], "stats"))
		return stats(rest);
	if (!strcmp(argv[1], "update"))
		return update(rest);
	if (!strcmp(argv[1], "resize"))
		return resize(rest);
	if (!strcmp(argv[1], "cycle"))
		return cycle(rest);
	if (!strcmp(argv[1], "hold"))
		return hold(rest);
	if (!strcmp(argv[1], "template"))
		return template(rest);
	usage("unknown call");
	return 2;
}
