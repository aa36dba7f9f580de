/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_PEER_H
#define XEN_RUNC_TEST_PEER_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "payload.h"

/*
 * A guest that says anything it likes to a real file server: one message at a time, as bytes.
 * Export 0 is the tree; so are all others, as many as there may be, each good for one broken
 * stream. The last is read-only; the two before it are not given out by peer_fresh.
 */
#define PEER_EXPORTS EXPORT_MAX
#define PEER_READONLY (PEER_EXPORTS - 1)

extern const char *peer_program;
extern pid_t peer_pid;	     /* the server's outer process */
extern uint64_t peer_window; /* what WINDOW frames have given back so far */

/* Starts a server on `path` and reads its REPLY. Returns STATUS; `text` takes TEXT. */
uint32_t peer_start(const char *path, char *text, size_t size);
/* Closes the socket and returns the server's wait status. */
int peer_stop(void);
/* Lines that the server has logged since it was started. */
unsigned int peer_log_lines(void);

/* Makes a message: header and `size` bytes of body; returns its length. */
size_t message_make(uint8_t *message, uint32_t opcode, uint64_t node, const void *body,
		    size_t size);
/* Sends bytes of an export's stream as one frame, or in frames of `piece` bytes. */
void peer_send(uint32_t export, const void *bytes, size_t length, size_t piece);
void peer_send_frame(uint8_t type, uint32_t export, const void *bytes, size_t length);

/* A struct of the protocol and its size, for what takes both. */
#define IN(type, ...) &(struct type){ __VA_ARGS__ }, sizeof(struct type)

#define PEER_END (-1)
#define PEER_NOTHING (-2)
/* Waits for the next reply on `export`. Returns the length of what follows its header, with `error`
 * positive; PEER_END if the stream has ended; PEER_NOTHING after `milliseconds`. */
int peer_receive(uint32_t export, uint8_t *body, int *error, int milliseconds);

/* Sends a request and waits. Returns the errno of the reply, or PEER_END; the body goes to
 * `answer`. */
int peer_ask(uint32_t export, uint32_t opcode, uint64_t node, const void *body, size_t size,
	     void *answer);
/* INIT, as a kernel sends it. */
int peer_init(uint32_t export);
/* LOOKUP; 0 if there is no such name. */
uint64_t peer_lookup(uint32_t export, uint64_t parent, const char *name);
/* Another export with INIT done, that no case has used yet. Starts a new server if there is none.
 */
uint32_t peer_fresh(void);

#endif
