/* SPDX-License-Identifier: MIT */
/* The virtio-serial port to the host and the frames on it. */
#ifndef DYSK_VM_PORT_H
#define DYSK_VM_PORT_H

#include <stddef.h>
#include <stdint.h>

struct frame {
	uint8_t type;
	uint32_t channel;
	const unsigned char *data;	/* valid until the next port_next() */
	size_t size;
};

int port_open(void);
int port_fd(void);

/* Takes what has arrived; port_next() then gives the whole frames in it. */
void port_fill(void);
int port_next(struct frame *frame);

/* Blocks until the host has taken the frame. */
void port_send(uint8_t type, uint32_t channel, const void *data, size_t size);

uint32_t get_u32(const unsigned char *bytes);
void put_u32(unsigned char *bytes, uint32_t value);
void put_u64(unsigned char *bytes, uint64_t value);

#endif
