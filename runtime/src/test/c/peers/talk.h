/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_TALK_H
#define XEN_RUNC_TEST_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "field.h"
#include "message.h"
#include "protocol.h"

/* How long a test waits for what must come, and for what must not. */
#define SOON_MS 10000
#define NEVER_MS 150

/* One end of a connection that a test plays. */
struct talk {
	int fd;
	struct inbox inbox;
	struct message message; /* the last one heard */
};

void talk_open(struct talk *talk, int fd);
void talk_close(struct talk *talk);

bool talk_say(struct talk *talk, uint8_t type, uint32_t stream, const void *bytes, size_t length);
bool talk_say_fields(struct talk *talk, uint8_t type, uint32_t stream,
		     const struct field_writer *writer);
bool talk_say_u32(struct talk *talk, uint8_t type, uint32_t stream, uint32_t number);
bool talk_hello(struct talk *talk);
/* Raw bytes, framed by nobody. */
bool talk_say_raw(struct talk *talk, const void *bytes, size_t length);

/* The next message has this type and, unless it is ANY, this stream. */
#define ANY UINT32_MAX
bool talk_hear(struct talk *talk, uint8_t type, uint32_t stream);
bool talk_silent(struct talk *talk);
/* The other end has closed; what was said before is skipped. */
bool talk_ended(struct talk *talk);

/* Fields of the last message. */
bool heard_field(const struct talk *talk, uint16_t tag, struct field *field);
uint32_t heard_u32(const struct talk *talk, uint16_t tag);
uint64_t heard_u64(const struct talk *talk, uint16_t tag);
/* Static storage; "" if absent. */
const char *heard_text(const struct talk *talk, uint16_t tag);

/* A listening Unix socket, and a connected one. */
int socket_listen_at(const char *path);
int socket_accept_soon(int listener);
int socket_connect_soon(const char *path);

/* Reads until `length` bytes or the end came. How many came; -1 if the time is over. */
ssize_t read_soon(int fd, void *bytes, size_t length);
/* 1 = there is something or the end, 0 = not within the time. */
bool readable_within(int fd, int milliseconds);

#endif
