/* SPDX-License-Identifier: MIT */
/* The commands under way: a process each, with its standard streams. */
#ifndef DYSK_VM_COMMAND_H
#define DYSK_VM_COMMAND_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { COMMANDS_MAX = 32 };

/* What frames ask for. */
void command_start(uint32_t channel, const unsigned char *data, size_t size);
void command_input(uint32_t channel, const unsigned char *data, size_t size);
void command_input_end(uint32_t channel);
void command_signal(uint32_t channel, int signal);

/* A child has ended: says so to the host after all it had written by then. */
void command_ended(pid_t pid, int status);

/* Fills in what to poll (at most 3 for each command) and gives how many; then moves the data. */
int commands_poll(struct pollfd *polled);
void commands_move(const struct pollfd *polled, int n);

#endif
