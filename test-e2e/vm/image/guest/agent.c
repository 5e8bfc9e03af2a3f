// SPDX-License-Identifier: MIT
/*
 * Process 1 of a test machine: runs what the harness on the host asks for, over a virtio-serial port (protocol.h).
 *
 * One thread around poll(). It needs no memory after its start and none from disk, so that it goes on answering
 * while the machine under it is short of memory or its disks hang.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "machine.h"
#include "port.h"
#include "protocol.h"

static void handle_frame(const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_START:
		command_start(frame->channel, frame->data, frame->size);
		break;
	case FRAME_STDIN:
		command_input(frame->channel, frame->data, frame->size);
		break;
	case FRAME_STDIN_END:
		command_input_end(frame->channel);
		break;
	case FRAME_SIGNAL:
		command_signal(frame->channel, get_u32(frame->data));
		break;
	case FRAME_POWER:
		machine_stop(frame->size > 0 && frame->data[0] == 1);
	default:
		machine_log("frame of unknown type %u", frame->type);
	}
}

static void reap_children(int signals)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(signals, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		command_ended(pid, status);
}

static void say_hello(void)
{
	unsigned char hello[4 + sizeof(((struct utsname *)0)->release)];
	struct utsname name;

	uname(&name);
	put_u32(hello, PROTOCOL_VERSION);
	memcpy(hello + 4, name.release, strlen(name.release));
	port_send(FRAME_HELLO, 0, hello, 4 + strlen(name.release));
}

int main(void)
{
	struct pollfd polled[2 + 3 * COMMANDS_MAX];
	sigset_t mask;
	int signals;

	machine_start();
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0 || port_open())
		machine_log("no way to the host: %s", strerror(errno));
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		machine_log("mlockall: %s", strerror(errno));
	say_hello();

	for (;;) {
		struct frame frame;
		int n = 2;

		polled[0] = (struct pollfd) { .fd = port_fd(), .events = POLLIN };
		polled[1] = (struct pollfd) { .fd = signals, .events = POLLIN };
		n += commands_poll(polled + n);
		if (poll(polled, n, -1) < 0)
			continue;
		commands_move(polled + 2, n - 2);
		if (polled[1].revents)
			reap_children(signals);
		/* The harness is gone and nobody else will end this machine. */
		if ((polled[0].revents & POLLHUP) && !(polled[0].revents & POLLIN))
			machine_stop(0);
		if (polled[0].revents & POLLIN) {
			port_fill();
			while (port_next(&frame))
				handle_frame(&frame);
		}
	}
}
