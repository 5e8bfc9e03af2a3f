/* SPDX-License-Identifier: MIT */
#ifndef DYSK_VM_CHILD_H
#define DYSK_VM_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;	/* leads a process group of its own */
	int input;	/* our ends, not blocking; error is -1 on a terminal */
	int output;
	int error;
};

/* Starts what a FRAME_START asks for. Gives 0, or -1 with errno. */
int child_start(int kind, uint32_t argument, const char *text, size_t size, struct child *child);

#endif
