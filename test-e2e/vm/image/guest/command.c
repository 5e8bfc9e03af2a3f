// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "machine.h"
#include "port.h"
#include "protocol.h"

enum { IN, OUT, ERR };

struct command {
	uint32_t channel;	/* 0 once the host knows that it ended */
	pid_t pid;		/* 0: free, or ended while children of it still hold its output */
	int pipe[3];		/* our ends, -1 when closed */
	int input_ended;
	size_t begin, end;	/* of input[] */
	struct timespec started;
	unsigned char input[STDIN_WINDOW];
};

static struct command commands[COMMANDS_MAX];

static int in_use(const struct command *command)
{
	/* A fresh slot is all zeroes, a used one has -1 for a closed pipe. */
	return command->channel || command->pid || command->pipe[OUT] > 0 || command->pipe[ERR] > 0;
}

static struct command *by_channel(uint32_t channel)
{
	for (int i = 0; i < COMMANDS_MAX; i++) {
		if (channel && commands[i].channel == channel)
			return &commands[i];
	}
	return NULL;
}

static void close_pipe(struct command *command, int which)
{
	if (command->pipe[which] > 0)
		close(command->pipe[which]);
	command->pipe[which] = -1;
}

static void send_exit(uint32_t channel, int status, const struct timespec *started)
{
	unsigned char data[16];
	struct timespec now;
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	put_u32(data, signal ? 128 + signal : WEXITSTATUS(status));
	put_u32(data + 4, signal);
	put_u64(data + 8, (now.tv_sec - started->tv_sec) * 1000000000ULL + now.tv_nsec - started->tv_nsec);
	port_send(FRAME_EXIT, channel, data, sizeof(data));
}

static void refuse(uint32_t channel, const char *why)
{
	char text[256];
	struct timespec now;
	int n = snprintf(text, sizeof(text), "dysk-agent: cannot start the command: %s\n", why);

	port_send(FRAME_STDERR, channel, text, n);
	clock_gettime(CLOCK_MONOTONIC, &now);
	send_exit(channel, 127 << 8, &now);
}

void command_start(uint32_t channel, const unsigned char *data, size_t size)
{
	struct command *command = NULL;
	unsigned char window[4];
	struct child child;

	for (int i = 0; i < COMMANDS_MAX && !command; i++) {
		if (!in_use(&commands[i]))
			command = &commands[i];
	}
	if (!command)
		return refuse(channel, "too many at the same time");
	if (size < 5 || by_channel(channel))
		return refuse(channel, "the frame makes no sense");
	clock_gettime(CLOCK_MONOTONIC, &command->started);
	if (child_start(data[0], get_u32(data + 1), (const char *)data + 5, size - 5, &child))
		return refuse(channel, strerror(errno));
	command->channel = channel;
	command->pid = child.pid;
	command->pipe[IN] = child.input;
	command->pipe[OUT] = child.output;
	command->pipe[ERR] = child.error;
	command->input_ended = 0;
	command->begin = command->end = 0;
	put_u32(window, STDIN_WINDOW);
	port_send(FRAME_WINDOW, channel, window, sizeof(window));
}

void command_input(uint32_t channel, const unsigned char *data, size_t size)
{
	struct command *command = by_channel(channel);

	if (!command || command->pipe[IN] < 0)
		return;		/* it ended while this was under way, as a command may */
	memmove(command->input, command->input + command->begin, command->end - command->begin);
	command->end -= command->begin;
	command->begin = 0;
	if (size > sizeof(command->input) - command->end) {
		machine_log("channel %u: more input than granted", channel);
		machine_stop(0);
	}
	memcpy(command->input + command->end, data, size);
	command->end += size;
}

void command_input_end(uint32_t channel)
{
	struct command *command = by_channel(channel);

	if (!command)
		return;
	command->input_ended = 1;
	if (command->begin == command->end)
		close_pipe(command, IN);
}

void command_signal(uint32_t channel, int signal)
{
	struct command *command = by_channel(channel);

	if (command && command->pid)
		kill(-command->pid, signal);
}

/* Hands on what the command has written; gives 0 when there is nothing for now. */
static int move_output(struct command *command, int which)
{
	static unsigned char data[FRAME_MAX - FRAME_HEADER];
	ssize_t n;

	if (command->pipe[which] < 0)
		return 0;
	n = read(command->pipe[which], data, sizeof(data));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		/* A terminal whose last user has gone says EIO. */
		close_pipe(command, which);
		return 0;
	}
	/* What a command left running writes after its end is for nobody, but must not stop it. */
	if (command->channel)
		port_send(which == OUT ? FRAME_STDOUT : FRAME_STDERR, command->channel, data, n);
	return 1;
}

static void move_input(struct command *command)
{
	unsigned char window[4];
	ssize_t n = write(command->pipe[IN], command->input + command->begin, command->end - command->begin);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		/* Nobody reads any more: swallow the rest, so that the host is not kept waiting. */
		n = command->end - command->begin;
		close_pipe(command, IN);
	}
	if (n > 0) {
		command->begin += n;
		put_u32(window, n);
		port_send(FRAME_WINDOW, command->channel, window, sizeof(window));
	}
	if (command->input_ended && command->begin == command->end)
		close_pipe(command, IN);
}

void command_ended(pid_t pid, int status)
{
	for (int i = 0; i < COMMANDS_MAX; i++) {
		struct command *command = &commands[i];

		if (command->pid != pid)
			continue;
		while (move_output(command, OUT))
			;
		while (move_output(command, ERR))
			;
		close_pipe(command, IN);
		send_exit(command->channel, status, &command->started);
		command->channel = 0;
		command->pid = 0;
		return;
	}
}

int commands_poll(struct pollfd *polled)
{
	int n = 0;

	for (int i = 0; i < COMMANDS_MAX; i++) {
		const struct command *command = &commands[i];

		if (!in_use(command))
			continue;
		if (command->pipe[IN] >= 0 && command->begin < command->end)
			polled[n++] = (struct pollfd) { .fd = command->pipe[IN], .events = POLLOUT };
		for (int which = OUT; which <= ERR; which++) {
			if (command->pipe[which] >= 0)
				polled[n++] = (struct pollfd) { .fd = command->pipe[which], .events = POLLIN };
		}
	}
	return n;
}

void commands_move(const struct pollfd *polled, int n)
{
	for (int p = 0; p < n; p++) {
		if (!polled[p].revents)
			continue;
		for (int i = 0; i < COMMANDS_MAX; i++) {
			struct command *command = &commands[i];

			if (!in_use(command))
				continue;
			if (command->pipe[IN] == polled[p].fd && (polled[p].events & POLLOUT))
				move_input(command);
			else if (command->pipe[OUT] == polled[p].fd)
				move_output(command, OUT);
			else if (command->pipe[ERR] == polled[p].fd)
				move_output(command, ERR);
		}
	}
}
