// SPDX-License-Identifier: GPL-2.0
/*
 * pageserver: one page blob in memory, for benchmarks in virtual time.
 *
 *   pageserver port=N size=BYTES [requests-per-second=N] [bytes-per-second=N]
 *	[latency-us=N] [burst-ms=N]
 *
 * The last four are limits as a service has them (limits.h); what exceeds them
 * is answered with 503.  Each line of the standard input changes some in the
 * same words, or is "usage", to which a line of counts is the answer.
 *
 * Measures need a server that costs the same at every request.  One that is
 * compiled while it runs (test-e2e/blob-server) doesn't, when its compiler
 * shares the one processor that is being counted.  So this one is to dysk what
 * nbdkit is to NBD: plain C, a thread per connection, one read and one write
 * per small request.
 *
 * It parses requests in full and checks ranges and the sequence number, but
 * not who is asking; it is no endpoint for anything but measuring.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "limits.h"

#define HEAD_MAX	8192
#define BODY_MAX	(4U << 20)

struct request {
	bool put, head, properties, clear, has_sequence;
	uint64_t first, last, length, sequence;
	bool has_range;
	const char *id;		/* of the client's */
};

static char *blob;
static uint64_t blob_size = 256 << 20;
static uint64_t sequence;
static pthread_mutex_t sequence_lock = PTHREAD_MUTEX_INITIALIZER;
static struct limits limits = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.burst_ms = 100,
};

static bool name_is(const char *line, const char *name, const char **value)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) || line[len] != ':')
		return false;
	*value = line + len + 1;
	while (**value == ' ')
		(*value)++;
	return true;
}

static void parse_header(struct request *r, const char *line)
{
	const char *value;
	char *end;

	switch (line[0] | 0x20) {
	case 'c':
		if (name_is(line, "content-length", &value))
			r->length = strtoull(value, NULL, 10);
		break;
	case 'x':
		if (name_is(line, "x-ms-range", &value) &&
		    !strncmp(value, "bytes=", 6)) {
			r->first = strtoull(value + 6, &end, 10);
			if (*end == '-') {
				r->last = strtoull(end + 1, NULL, 10);
				r->has_range = true;
			}
		} else if (name_is(line, "x-ms-client-request-id", &value)) {
			r->id = value;
		} else if (name_is(line, "x-ms-page-write", &value)) {
			r->clear = *value == 'c';
		} else if (name_is(line, "x-ms-if-sequence-number-eq", &value) ||
			   name_is(line, "x-ms-blob-sequence-number", &value)) {
			r->sequence = strtoull(value, NULL, 10);
			r->has_sequence = true;
		}
		break;
	}
}

/* The head is whole, and ends with a NUL instead of its empty line. */
static struct request parse(char *head)
{
	struct request r = { 0 };
	char *line = strstr(head, "\r\n");

	r.put = head[0] == 'P';
	r.head = head[0] == 'H';
	if (line) {
		*line = '\0';
		r.properties = strstr(head, "comp=properties");
		line += 2;
	}
	while (line && *line) {
		char *next = strstr(line, "\r\n");

		if (next) {
			*next = '\0';
			next += 2;
		}
		parse_header(&r, line);
		line = next;
	}
	return r;
}

static bool write_all(int fd, struct iovec *iov, int count)
{
	while (count) {
		ssize_t n = writev(fd, iov, count);

		if (n <= 0)
			return false;
		for (; count && (size_t)n >= iov->iov_len; count--)
			n -= (iov++)->iov_len;
		if (count) {
			iov->iov_base = (char *)iov->iov_base + n;
			iov->iov_len -= n;
		}
	}
	return true;
}

/* Text without printf: at these rates formatting would be seen. */
static char *text(char *to, const char *from)
{
	size_t len = strlen(from);

	memcpy(to, from, len);
	return to + len;
}

static char *number(char *to, uint64_t n)
{
	char digits[20];
	unsigned int i = 0;

	do
		digits[i++] = '0' + n % 10;
	while (n /= 10);
	while (i)
		*to++ = digits[--i];
	return to;
}

static bool answer(int fd, const struct request *r, const char *status,
		   const char *more, uint64_t length, const char *body,
		   uint64_t body_length)
{
	char head[1024], *to = head;
	struct iovec iov[2] = { { head, 0 }, { (char *)body, body_length } };

	to = text(to, "HTTP/1.1 ");
	to = text(to, status);
	to = text(to, "\r\nContent-Length: ");
	to = number(to, length);
	to = text(to, "\r\n");
	to = text(to, more);
	if (r->id && strlen(r->id) <= 64) {
		to = text(to, "x-ms-client-request-id: ");
		to = text(to, r->id);
		to = text(to, "\r\n");
	}
	to = text(to, "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
		  "ETag: \"0x8DE28E5B1A2C3D4\"\r\n"
		  "Server: pageserver\r\n"
		  "x-ms-request-id: 7f2a6c1e-601e-0042-1c9d-5a8c3b000000\r\n"
		  "x-ms-version: 2023-11-03\r\n"
		  "x-ms-blob-type: PageBlob\r\n"
		  "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
		  "x-ms-blob-sequence-number: ");
	to = number(to, sequence);
	to = text(to, "\r\n\r\n");
	iov[0].iov_len = to - head;
	return write_all(fd, iov, body_length ? 2 : 1);
}

static bool raise_sequence(int fd, const struct request *r)
{
	pthread_mutex_lock(&sequence_lock);
	if (r->has_sequence && r->sequence > sequence)
		sequence = r->sequence;
	pthread_mutex_unlock(&sequence_lock);
	return answer(fd, r, "200 OK", "", 0, NULL, 0);
}

/* As the service does when a blob's limit is exceeded. */
static bool answer_busy(int fd, const struct request *r)
{
	static const char body[] =
		"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code>"
		"<Message>The server is busy; try later.\n"
		"RequestId:7f2a6c1e-601e-0042-1c9d-5a8c3b000000\n"
		"Time:2026-11-21T10:00:00.0000000Z</Message></Error>";

	return answer(fd, r, "503 Service Unavailable",
		      "Content-Type: application/xml\r\nx-ms-error-code: ServerBusy\r\n",
		      sizeof(body) - 1, body, sizeof(body) - 1);
}

/* Reads a body that nobody wants; @have bytes of it are there already. */
static bool skip_body(int fd, uint64_t length, size_t have)
{
	char buf[16384];

	for (length -= have; length;) {
		ssize_t n = read(fd, buf, length < sizeof(buf) ? length :
								 sizeof(buf));

		if (n <= 0)
			return false;
		length -= n;
	}
	return true;
}

/* @have bytes of the body are at @buf already. */
static bool put_page(int fd, const struct request *r, const char *buf,
		     size_t have)
{
	uint64_t at;

	if (!r->has_range || r->last < r->first || r->last >= blob_size ||
	    r->length > BODY_MAX || have > r->length ||
	    (!r->clear && r->length != r->last - r->first + 1))
		return answer(fd, r, "416 Range", "Connection: close\r\n", 0, NULL,
			      0) && false;
	if (r->has_sequence && r->sequence != sequence)
		return answer(fd, r, "412 Sequence",
			      "Connection: close\r\nx-ms-error-code: SequenceNumberConditionNotMet\r\n",
			      0, NULL, 0) && false;
	if (limits.any &&
	    !limits_admit(&limits, now_ns(), r->clear ? 0 : r->length))
		return skip_body(fd, r->length, have) && answer_busy(fd, r);
	if (r->clear) {
		memset(blob + r->first, 0, r->last - r->first + 1);
	} else {
		memcpy(blob + r->first, buf, have);
		for (at = have; at < r->length;) {
			ssize_t n = read(fd, blob + r->first + at,
					 r->length - at);

			if (n <= 0)
				return false;
			at += n;
		}
	}
	if (limits.any)
		wait_until(now_ns() + limits.latency_us * 1000);
	return answer(fd, r, "201 Created", "", 0, NULL, 0);
}

static bool get(int fd, const struct request *r)
{
	uint64_t length = r->last - r->first + 1;
	char range[96], *to = range;

	if (!r->has_range || r->last < r->first || r->last >= blob_size)
		return answer(fd, r, "416 Range", "", 0, NULL, 0);
	if (limits.any) {
		uint64_t now = now_ns();

		if (!limits_admit(&limits, now, length))
			return answer_busy(fd, r);
		wait_until(now + limits.latency_us * 1000);
	}
	to = number(text(to, "Content-Range: bytes "), r->first);
	to = number(text(to, "-"), r->last);
	to = number(text(to, "/"), blob_size);
	strcpy(to, "\r\n");
	return answer(fd, r, "206 Partial Content", range, length,
		      blob + r->first, length);
}

static bool serve_one(int fd, char *buf, size_t *have)
{
	struct request r;
	char *end;
	size_t head;
	bool ok;

	buf[*have] = '\0';
	while (!(end = memmem(buf, *have, "\r\n\r\n", 4))) {
		ssize_t n = read(fd, buf + *have, HEAD_MAX - *have);

		if (n <= 0)
			return false;
		*have += n;
		buf[*have] = '\0';
	}
	*end = '\0';
	head = end + 4 - buf;
	r = parse(buf);
	if (r.head)
		ok = answer(fd, &r, "200 OK", "", blob_size, NULL, 0);
	else if (!r.put)
		ok = get(fd, &r);
	else if (r.properties)
		ok = raise_sequence(fd, &r);
	else
		ok = put_page(fd, &r, buf + head, *have - head);
	if (r.put && !r.properties)
		*have = 0;
	else
		memmove(buf, buf + head, *have -= head);
	return ok;
}

static void *serve(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char *buf = malloc(HEAD_MAX + 1);
	size_t have = 0;

	while (serve_one(fd, buf, &have))
		;
	close(fd);
	free(buf);
	return NULL;
}

static void *listen_to_input(void *unused)
{
	char line[512], *word;

	while (fgets(line, sizeof(line), stdin)) {
		for (word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
			if (!strcmp(word, "usage"))
				limits_print(&limits);
			else if (!limits_set(&limits, word))
				fprintf(stderr, "pageserver: what is %s?\n", word);
	}
	return unused;
}

int main(int argc, char **argv)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(10000),
	};
	int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
	pthread_t input;

	for (argc--, argv++; argc; argc--, argv++)
		if (!strncmp(*argv, "port=", 5))
			in.sin_port = htons(atoi(*argv + 5));
		else if (!strncmp(*argv, "size=", 5))
			blob_size = strtoull(*argv + 5, NULL, 0);
		else if (!limits_set(&limits, *argv))
			fprintf(stderr, "pageserver: what is %s?\n", *argv);
	/* Timers as exact as they get. */
	prctl(PR_SET_TIMERSLACK, 1);
	blob = mmap(NULL, blob_size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (blob == MAP_FAILED || bind(listener, (void *)&in, sizeof(in)) ||
	    listen(listener, 128)) {
		perror("pageserver");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	if (!pthread_create(&input, NULL, listen_to_input, NULL))
		pthread_detach(input);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		pthread_t thread;

		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd))
			close(fd);
		else
			pthread_detach(thread);
	}
}
