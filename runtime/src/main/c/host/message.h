/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_MESSAGE_H
#define XEN_RUNC_HOST_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "frame.h"
#include "payload.h"

/*
 * Whole messages between host programs over a stream socket, which may be blocking or not. A
 * message longer than a frame travels as several, see docs/protocol.md "Frames". Every wait ends at
 * a deadline of clock.h.
 */
struct message {
	uint8_t type;
	uint32_t stream;
	const uint8_t *bytes; /* valid until the inbox receives again */
	size_t length;
};

struct payload message_payload(const struct message *message);

/* Where the messages of one connection are put together; takes memory only for what comes. */
struct inbox {
	struct frame_reader reader;
	uint8_t *bytes;
	size_t limit;
};

/* Messages longer than `limit` end the connection. -1 with errno. */
int inbox_open(struct inbox *inbox, size_t limit);
void inbox_close(struct inbox *inbox);

/* 0, or -1 with errno: ETIMEDOUT, EPIPE, … */
int message_send(int fd, uint8_t type, uint32_t stream, const void *bytes, size_t length,
		 int64_t deadline);
/* The REPLY that says that what was asked for has failed. */
int message_send_failure(int fd, uint32_t stream, const struct failure *failure, int64_t deadline);
/* STATUS and TEXT of a valid REPLY: 0 if it tells of success, -1 with what it says if not. */
int reply_outcome(struct payload reply, struct failure *failure);
/* 0, or -1 with errno: ETIMEDOUT, ECONNRESET at the end of the connection, EPROTO, EMSGSIZE. */
int message_receive(int fd, struct inbox *inbox, int64_t deadline, struct message *message);

#endif
