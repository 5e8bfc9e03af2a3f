// SPDX-License-Identifier: GPL-2.0
/*
 * bareclient: the same requests as the module makes, from user space, with
 * nothing around them: no block layer, no fio, one thread, blocking sockets
 * (epoll for more than one connection).  The mark that dysk is measured at.
 *
 *   bareclient addr=IP port=N host=H account=A path=/A/C/B lease=ID
 *              (sas=QUERY | key=BASE64, either may be @FILE)
 *              op=read|write size=BYTES conns=N requests=N span=BYTES
 *              [epoch=N]      writes are conditional on this sequence number
 *
 * op=create makes the container and a blob of span bytes and takes the lease
 * (SharedKey only).
 *
 * Prints: requests=N seconds=S per_second=N
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "sha256.h"
#include "wire/wire.h"

#define CONNS_MAX	64

struct conn {
	int fd;
	char rx[16384];
	size_t rx_len;
	size_t body_left;
	bool head_done;
	struct dysk_wire_request req;
	struct dysk_wire_response rsp;
};

static struct dysk_wire_target target;
static struct dysk_wire_auth auth;
static struct hmac_sha256_key hmac_key;
static enum dysk_wire_op op;
static size_t size = 4096;
static u64 span = 64 << 20;
static u64 epoch;
static bool conditional;
static unsigned int seed = 1;
static char *payload;
static struct conn conns[CONNS_MAX];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int hmac(void *ctx, const char *msg, size_t len, u8 out[32])
{
	hmac_sha256(ctx, msg, len, out);
	return 0;
}

static void send_all(int fd, struct iovec *iov, int n)
{
	while (n) {
		ssize_t sent = writev(fd, iov, n);

		if (sent < 0)
			die("send");
		while (n && (size_t)sent >= iov->iov_len) {
			sent -= iov->iov_len;
			iov++;
			n--;
		}
		if (n) {
			iov->iov_base = (char *)iov->iov_base + sent;
			iov->iov_len -= sent;
		}
	}
}

static void send_request(struct conn *c)
{
	static char head[DYSK_WIRE_REQUEST_MAX], scratch[DYSK_WIRE_REQUEST_MAX];
	static u64 id;
	struct iovec iov[2];
	int len;

	c->req = (struct dysk_wire_request) {
		.op = op,
		.offset = (u64)rand_r(&seed) % (span / size) * size,
		.length = size,
		.epoch = epoch,
		.id = ++id,
		.conditional = conditional && op == DYSK_WIRE_WRITE,
		.now = time(NULL),
	};
	len = dysk_wire_request_write(head, sizeof(head), &target, &auth,
				      &c->req, scratch, sizeof(scratch));
	if (len < 0) {
		fprintf(stderr, "bareclient: can't write the request\n");
		exit(1);
	}
	iov[0] = (struct iovec) { head, len };
	iov[1] = (struct iovec) { payload, size };
	send_all(c->fd, iov, op == DYSK_WIRE_WRITE ? 2 : 1);
	dysk_wire_response_init(&c->rsp, op);
	c->rx_len = 0;
	c->head_done = false;
	c->body_left = 0;
}

/* true: the answer is whole. One read, as much as there is. */
static bool receive(struct conn *c)
{
	ssize_t got;
	int head;

	if (c->head_done) {
		got = read(c->fd, payload, c->body_left);
		if (got <= 0)
			die("receive");
		c->body_left -= got;
		return !c->body_left;
	}
	got = read(c->fd, c->rx + c->rx_len, sizeof(c->rx) - c->rx_len);
	if (got <= 0)
		die("receive");
	c->rx_len += got;
	head = dysk_wire_response_head(&c->rsp, c->rx, c->rx_len);
	if (head < 0 || (head && dysk_wire_judge(&c->req, &c->rsp) !=
			 DYSK_VERDICT_DONE)) {
		fprintf(stderr, "bareclient: refused: %u %s\n", c->rsp.status,
			c->rsp.error_code);
		exit(1);
	}
	if (!head)
		return false;
	c->head_done = true;
	c->body_left = (op == DYSK_WIRE_READ ? size : 0) - (c->rx_len - head);
	return !c->body_left;
}

static int connect_to(const char *ip, unsigned int port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (inet_pton(AF_INET, ip, &in.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&in, sizeof(in)))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void run_one(unsigned long requests)
{
	while (requests--) {
		send_request(&conns[0]);
		while (!receive(&conns[0]))
			;
	}
}

/* All answers are waited for: none of the work is left out of the time. */
static void run_many(unsigned int count, unsigned long requests)
{
	struct epoll_event events[CONNS_MAX];
	int ep = epoll_create1(EPOLL_CLOEXEC);
	unsigned long sent = 0, done = 0;
	unsigned int i;

	for (i = 0; i < count && sent < requests; i++, sent++) {
		struct epoll_event event = {
			.events = EPOLLIN, .data.ptr = &conns[i],
		};

		if (epoll_ctl(ep, EPOLL_CTL_ADD, conns[i].fd, &event))
			die("epoll");
		send_request(&conns[i]);
	}
	while (done < requests) {
		int ready = epoll_wait(ep, events, CONNS_MAX, -1), j;

		for (j = 0; j < ready; j++) {
			struct conn *c = events[j].data.ptr;

			if (!receive(c))
				continue;
			done++;
			if (sent < requests) {
				send_request(c);
				sent++;
			}
		}
	}
	close(ep);
}

/* One signed request with an empty body; all of @headers before x-ms-date, or after it. */
static void admin(int fd, const char *path, const char *query,
		  const char *signed_query, const char *headers)
{
	char text[4096], head[4096], date[32], mac64[64];
	/* Headers are signed in the order of their names. */
	bool before = strcmp(headers, "x-ms-date") < 0;
	struct conn *c = &conns[0];
	size_t used;
	u8 mac[32];
	int n;

	dysk_http_date_format(date, time(NULL));
	n = snprintf(text, sizeof(text),
		     "PUT\n\n\n\n\n\n\n\n\n\n\n\n%sx-ms-date:%s\n%sx-ms-version:%s\n/%s%s\n%s",
		     before ? headers : "", date, before ? "" : headers,
		     DYSK_WIRE_API_VERSION, target.account, path,
		     signed_query);
	/* Without a query there is no line for it. */
	if (!*signed_query)
		n--;
	hmac_sha256(&hmac_key, text, n, mac);
	mac64[dysk_base64_encode(mac64, mac, sizeof(mac))] = '\0';
	n = snprintf(head, sizeof(head),
		     "PUT %s%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nx-ms-date: %s\r\nx-ms-version: %s\r\nAuthorization: SharedKey %s:%s\r\n",
		     path, query, target.host, date, DYSK_WIRE_API_VERSION,
		     target.account, mac64);
	for (; *headers; headers += strcspn(headers, "\n") + 1)
		n += snprintf(head + n, sizeof(head) - n, "%.*s\r\n",
			      (int)strcspn(headers, "\n"), headers);
	n += snprintf(head + n, sizeof(head) - n, "\r\n");
	send_all(fd, &(struct iovec) { head, n }, 1);

	dysk_wire_response_init(&c->rsp, DYSK_WIRE_WRITE);
	c->rx_len = 0;
	do {
		ssize_t got = read(fd, c->rx + c->rx_len,
				   sizeof(c->rx) - c->rx_len);

		if (got <= 0)
			die("receive");
		c->rx_len += got;
		n = dysk_wire_response_head(&c->rsp, c->rx, c->rx_len);
	} while (!n);
	if (n < 0 || c->rsp.status / 100 != 2 ||
	    dysk_wire_body_skip(&c->rsp, c->rx + n, c->rx_len - n, &used) != 1) {
		fprintf(stderr, "bareclient: %s: %u %s\n", path, c->rsp.status,
			c->rsp.error_code);
		exit(1);
	}
}

static void create(int fd)
{
	char container[256], headers[512];
	const char *end = strrchr(target.path, '/');

	snprintf(container, sizeof(container), "%.*s",
		 (int)(end - target.path), target.path);
	admin(fd, container, "?restype=container", "restype:container", "");
	snprintf(headers, sizeof(headers),
		 "x-ms-blob-content-length:%llu\nx-ms-blob-type:PageBlob\n",
		 (unsigned long long)span);
	admin(fd, target.path, "", "", headers);
	snprintf(headers, sizeof(headers),
		 "x-ms-lease-action:acquire\nx-ms-lease-duration:-1\nx-ms-proposed-lease-id:%s\n",
		 target.lease_id);
	admin(fd, target.path, "?comp=lease", "comp:lease", headers);
}

static const char *from_file(const char *value)
{
	char *text;
	FILE *file;

	if (value[0] != '@')
		return value;
	text = calloc(1, 16384);
	file = fopen(value + 1, "r");
	if (!file || !fgets(text, 16384, file))
		die(value + 1);
	text[strcspn(text, "\n")] = '\0';
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	const char *addr = "127.0.0.1";
	unsigned int port = 80, count = 1, i;
	unsigned long requests = 10000;
	double seconds, start;
	bool creates = false;

	target.snapshot = "";
	target.lease_id = "";
	for (argc--, argv++; argc; argc--, argv++) {
		char *value = strchr(*argv, '=');

		if (!value) {
			fprintf(stderr, "bareclient: name=value expected\n");
			return 2;
		}
		*value++ = '\0';
		if (!strcmp(*argv, "addr"))
			addr = value;
		else if (!strcmp(*argv, "port"))
			port = atoi(value);
		else if (!strcmp(*argv, "host"))
			target.host = value;
		else if (!strcmp(*argv, "account"))
			target.account = value;
		else if (!strcmp(*argv, "path"))
			target.path = value;
		else if (!strcmp(*argv, "lease"))
			target.lease_id = value;
		else if (!strcmp(*argv, "sas"))
			auth.sas = from_file(value);
		else if (!strcmp(*argv, "key"))
			hmac_sha256_key_base64(&hmac_key, from_file(value));
		else if (!strcmp(*argv, "op") && !strcmp(value, "create"))
			creates = true;
		else if (!strcmp(*argv, "op"))
			op = strcmp(value, "write") ? DYSK_WIRE_READ :
						      DYSK_WIRE_WRITE;
		else if (!strcmp(*argv, "size"))
			size = strtoul(value, NULL, 0);
		else if (!strcmp(*argv, "conns"))
			count = atoi(value);
		else if (!strcmp(*argv, "requests"))
			requests = strtoul(value, NULL, 0);
		else if (!strcmp(*argv, "epoch")) {
			epoch = strtoull(value, NULL, 0);
			conditional = true;
		} else if (!strcmp(*argv, "span"))
			span = strtoull(value, NULL, 0);
	}
	if (count < 1 || count > CONNS_MAX || !target.host || !target.path)
		return 2;
	if (dysk_wire_target_prepare(&target)) {
		fprintf(stderr, "bareclient: bad host, account, path or lease\n");
		return 2;
	}
	auth.sas_len = auth.sas ? strlen(auth.sas) : 0;
	auth.hmac = hmac;
	auth.ctx = &hmac_key;
	payload = malloc(size);
	if (getrandom(payload, size < 256 ? size : 256, 0) < 0)
		die("random");
	for (i = 0; i < count; i++)
		conns[i].fd = connect_to(addr, port);
	if (creates) {
		create(conns[0].fd);
		return 0;
	}
	start = now();
	if (count == 1)
		run_one(requests);
	else
		run_many(count, requests);
	seconds = now() - start;
	printf("requests=%lu seconds=%.6f per_second=%.2f\n", requests,
	       seconds, requests / seconds);
	return 0;
}
