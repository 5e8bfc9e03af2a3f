/* SPDX-License-Identifier: MIT */
#ifndef DYSK_VM_MACHINE_H
#define DYSK_VM_MACHINE_H

/* Mounts, network, udev: all that commands expect of a running system. Problems are logged, not fatal. */
void machine_start(void);

/* Ends all processes, unmounts, and powers off or restarts. Does not return. Every step is bounded in time
 * but for the unmounting: a device that hangs there is what tests want to see. */
_Noreturn void machine_stop(int restart);

/* One line in the kernel log. */
void machine_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
