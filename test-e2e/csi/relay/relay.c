// SPDX-License-Identifier: MIT
/*
 * relay ADDRESS PORT SOCKET: brings each TCP connection to ADDRESS and PORT to the unix socket SOCKET, for callers on the
 * other side of a machine's wall. A connection ends with the one that it is brought to, so a caller sees a plugin end as a
 * local one would.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_on(const char *where, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int yes = 1;

	if (inet_pton(AF_INET, where, &address.sin_addr) != 1) {
		fprintf(stderr, "relay: %s is no IPv4 address\n", where);
		exit(2);
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 16)) {
		perror("relay: listen");
		exit(1);
	}
	return fd;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Passes on what has come; false at the end of either. */
static int pass(int from, int to)
{
	char buffer[65536];
	ssize_t length = read(from, buffer, sizeof(buffer));

	for (ssize_t done = 0; done < length;) {
		ssize_t sent = write(to, buffer + done, length - done);

		if (sent <= 0)
			return 0;
		done += sent;
	}
	return length > 0;
}

static void relay(int a, int b)
{
	struct pollfd both[] = { { .fd = a, .events = POLLIN }, { .fd = b, .events = POLLIN } };

	while (poll(both, 2, -1) > 0) {
		if (both[0].revents && !pass(a, b))
			return;
		if (both[1].revents && !pass(b, a))
			return;
	}
}

int main(int argc, char **argv)
{
	int listener, yes = 1;

	if (argc != 4) {
		fprintf(stderr, "usage: relay ADDRESS PORT SOCKET\n");
		return 2;
	}
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	listener = listen_on(argv[1], atoi(argv[2]));
	puts("listening");
	fflush(stdout);
	for (;;) {
		int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (caller < 0)
			continue;
		setsockopt(caller, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		if (fork() == 0) {
			int plugin = connect_to(argv[3]);

			if (plugin >= 0)
				relay(caller, plugin);
			return 0;
		}
		close(caller);
	}
}
