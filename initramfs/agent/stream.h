/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_STREAM_H
#define XEN_RUNC_AGENT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "outbox.h"
#include "protocol.h"
#include "watch.h"

/* Bytes from a process's pipe or terminal to the host. The pipe is the buffer: the agent reads only
 * what the host has a window for. */
struct output {
	struct watch watch;
	struct sender sender;
	uint32_t stream;
	uint32_t window; /* bytes that may still be sent */
	bool terminal;	 /* EIO: no process has it open now; one may later */
	bool gone;	 /* its process is: then EIO is the terminal's end */
	bool leaving;	 /* what is there now is the last */
	bool cut;	 /* nothing more will be read */
	bool ended;	 /* END was sent, or there never was such a stream */
};

/* Bytes from the host to a process's pipe or terminal, which may take them slowly or never. */
struct input {
	struct watch watch;
	struct sender credit; /* gives the window back */
	uint32_t stream;
	uint32_t held;	   /* bytes received that the host's window is still charged with */
	uint32_t returned; /* of those, handed on but not yet told */
	uint8_t *ring;	   /* STREAM_WINDOW bytes, mapped while the process lives */
	uint32_t start, used;
	bool open;  /* more may come from the host, or wait in the ring */
	bool ended; /* the host has sent END */
};

/* Begins an output without a descriptor: output_attach gives it one, output_cut ends it. */
void output_open(struct loop *loop, struct output *output, uint32_t stream);
int output_attach(struct loop *loop, struct output *output, int fd);
/* Notes that its process is gone; others may still hold the other end. */
void output_orphan(struct loop *loop, struct output *output);
/* Sends END after what is there now, even if others hold the other end. */
void output_leave(struct loop *loop, struct output *output);
/* Reads no more, and sends END. */
void output_cut(struct loop *loop, struct output *output);
/* The host has taken `bytes` more; false if that exceeds the window's first size. */
bool output_window(struct loop *loop, struct output *output, uint32_t bytes);

/* Begins an input without a descriptor: bytes wait until input_attach gives it one. */
int input_open(struct loop *loop, struct input *input, uint32_t stream);
int input_attach(struct loop *loop, struct input *input, int fd);
/* Takes bytes from the host; false if they exceed the window. */
bool input_data(struct loop *loop, struct input *input, const uint8_t *bytes, uint32_t length);
void input_end(struct loop *loop, struct input *input);
void input_close(struct loop *loop, struct input *input);

#endif
