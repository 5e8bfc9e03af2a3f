// SPDX-License-Identifier: MIT
/* How a command becomes a process. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "protocol.h"

static char text_of_child[FRAME_MAX];

_Noreturn static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(1);
}

static void copy(int from, int to)
{
	static char data[128 * 1024];
	ssize_t n;

	while ((n = read(from, data, sizeof(data))) > 0) {
		for (ssize_t done = 0; done < n;) {
			ssize_t written = write(to, data + done, n - done);

			if (written < 0)
				fail(text_of_child);
			done += written;
		}
	}
	if (n < 0)
		fail(text_of_child);
}

static void make_directories_above(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
}

_Noreturn static void put(char *path, mode_t mode)
{
	int fd;

	make_directories_above(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd < 0 || fchmod(fd, mode))
		fail(path);
	copy(STDIN_FILENO, fd);
	if (close(fd))
		fail(path);
	_exit(0);
}

_Noreturn static void get(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		fail(path);
	copy(fd, STDOUT_FILENO);
	_exit(0);
}

_Noreturn static void become(int kind, uint32_t argument)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* Not every child ends with an exec(): our end of its own pipe would keep its input open for ever. */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	if (chdir("/root"))
		fail("/root");
	switch (kind) {
	case START_PUT:
		put(text_of_child, argument);
	case START_GET:
		get(text_of_child);
	default:
		execl("/bin/sh", "sh", "-c", text_of_child, NULL);
		fail("/bin/sh");
	}
}

static int start_on_terminal(uint32_t argument, struct child *child)
{
	struct winsize size = { .ws_row = argument >> 16, .ws_col = argument & 0xffff };

	child->pid = forkpty(&child->output, NULL, NULL, &size);
	if (child->pid < 0)
		return -1;
	if (!child->pid)
		become(START_SHELL, 0);
	fcntl(child->output, F_SETFD, FD_CLOEXEC);
	fcntl(child->output, F_SETFL, O_NONBLOCK);
	child->input = fcntl(child->output, F_DUPFD_CLOEXEC, 3);
	child->error = -1;
	return 0;
}

static int start_on_pipes(int kind, uint32_t argument, struct child *child)
{
	int ends[6] = { -1, -1, -1, -1, -1, -1 };
	int saved;

	if (pipe2(ends, O_CLOEXEC) || pipe2(ends + 2, O_CLOEXEC) || pipe2(ends + 4, O_CLOEXEC))
		goto failed;
	child->pid = fork();
	if (child->pid < 0)
		goto failed;
	if (!child->pid) {
		setsid();
		dup2(ends[0], STDIN_FILENO);
		dup2(ends[3], STDOUT_FILENO);
		dup2(ends[5], STDERR_FILENO);
		become(kind, argument);
	}
	close(ends[0]);
	close(ends[3]);
	close(ends[5]);
	child->input = ends[1];
	child->output = ends[2];
	child->error = ends[4];
	fcntl(child->input, F_SETFL, O_NONBLOCK);
	fcntl(child->output, F_SETFL, O_NONBLOCK);
	fcntl(child->error, F_SETFL, O_NONBLOCK);
	return 0;

failed:
	saved = errno;
	for (int i = 0; i < 6; i++) {
		if (ends[i] >= 0)
			close(ends[i]);
	}
	errno = saved;
	return -1;
}

int child_start(int kind, uint32_t argument, const char *text, size_t size, struct child *child)
{
	if (size >= sizeof(text_of_child)) {
		errno = E2BIG;
		return -1;
	}
	memcpy(text_of_child, text, size);
	text_of_child[size] = 0;
	return kind == START_TERMINAL ? start_on_terminal(argument, child) : start_on_pipes(kind, argument, child);
}
