/* SPDX-License-Identifier: MIT */
/*
 * What the agent in the guest and the harness on the host say to each other over one virtio-serial port.
 *
 * Both ways a sequence of frames: u32 length of what follows, u8 type, u32 channel, then the type's own bytes.
 * Numbers are little-endian. A channel is one command; the host picks its number (not 0) and may use it again
 * after the channel's FRAME_EXIT. Channel 0 is the agent itself.
 *
 * The host takes everything the guest sends, always, so the agent may block while it writes. The agent never
 * takes more standard input than it granted by FRAME_WINDOW, so it can always hold what it was sent.
 *
 * The Java side is io.dysk.vm.Frame.
 */
#ifndef DYSK_VM_PROTOCOL_H
#define DYSK_VM_PROTOCOL_H

enum { PROTOCOL_VERSION = 1 };

enum frame_type {
	/* host to guest */
	FRAME_START = 1,	/* u8 enum start_kind, u32 argument, text */
	FRAME_STDIN = 2,	/* bytes for the command's standard input */
	FRAME_STDIN_END = 3,	/* end of its standard input */
	FRAME_SIGNAL = 4,	/* u32 signal for the command and all its children */
	FRAME_POWER = 5,	/* u8: 0 power off, 1 reboot; orderly */

	/* guest to host */
	FRAME_HELLO = 16,	/* u32 PROTOCOL_VERSION, text: release of the kernel */
	FRAME_STDOUT = 17,
	FRAME_STDERR = 18,
	FRAME_EXIT = 19,	/* u32 exit status, u32 signal that ended it or 0, u64 nanoseconds of guest time */
	FRAME_WINDOW = 20,	/* u32 more bytes of standard input that the agent can hold */
};

enum start_kind {
	START_SHELL = 0,	/* text is a line for sh; argument unused */
	START_PUT = 1,		/* write standard input to the file named by text; argument: mode */
	START_GET = 2,		/* write the file named by text to standard output; argument unused */
	START_TERMINAL = 3,	/* like START_SHELL on a terminal; argument: rows << 16 | columns */
};

enum {
	FRAME_HEADER = 9,		/* length, type, channel */
	FRAME_MAX = 64 * 1024,		/* longest frame, header included */
	STDIN_WINDOW = 64 * 1024,	/* what the agent holds for each command */
};

#endif
