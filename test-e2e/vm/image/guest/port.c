// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "port.h"
#include "protocol.h"

static int fd = -1;
static unsigned char received[2 * FRAME_MAX];
static size_t begin, end;

/* The host makes exactly one port. Its number on its bus is 1, the number of the bus varies. */
int port_open(void)
{
	glob_t names;

	if (glob("/dev/vport*p1", 0, NULL, &names) == 0) {
		fd = open(names.gl_pathv[0], O_RDWR | O_CLOEXEC);
		globfree(&names);
	}
	return fd < 0 ? -1 : 0;
}

int port_fd(void)
{
	return fd;
}

void port_fill(void)
{
	ssize_t n;

	memmove(received, received + begin, end - begin);
	end -= begin;
	begin = 0;
	n = read(fd, received + end, sizeof(received) - end);
	if (n > 0)
		end += n;
}

int port_next(struct frame *frame)
{
	uint32_t length;

	if (end - begin < FRAME_HEADER)
		return 0;
	length = get_u32(received + begin);
	if (length < FRAME_HEADER - 4 || length > FRAME_MAX - 4) {
		machine_log("frame of %u bytes: the host and the agent don't understand each other", length);
		machine_stop(0);
	}
	if (end - begin < length + 4)
		return 0;
	frame->type = received[begin + 4];
	frame->channel = get_u32(received + begin + 5);
	frame->data = received + begin + FRAME_HEADER;
	frame->size = length + 4 - FRAME_HEADER;
	begin += length + 4;
	return 1;
}

static void send_all(const unsigned char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n > 0) {
			bytes += n;
			size -= n;
		} else if (n < 0 && errno != EINTR && errno != EAGAIN) {
			return;		/* the host has gone: the poll loop will see it */
		}
	}
}

void port_send(uint8_t type, uint32_t channel, const void *data, size_t size)
{
	static unsigned char sent[FRAME_MAX];

	put_u32(sent, size + FRAME_HEADER - 4);
	sent[4] = type;
	put_u32(sent + 5, channel);
	memcpy(sent + FRAME_HEADER, data, size);
	send_all(sent, FRAME_HEADER + size);
}

uint32_t get_u32(const unsigned char *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void put_u32(unsigned char *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = value >> (8 * i);
}

void put_u64(unsigned char *bytes, uint64_t value)
{
	put_u32(bytes, value);
	put_u32(bytes + 4, value >> 32);
}
