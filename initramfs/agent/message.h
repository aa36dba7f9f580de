/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_MESSAGE_H
#define XEN_RUNC_AGENT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "payload.h"

/* Requests of more than one frame that may be under way at once. */
#define MESSAGE_PARTS_MAX 8

/* Requests being put together. Their memory is mapped when the first part comes and returned when
 * the request has been carried out. */
struct messages {
	struct message {
		uint8_t *bytes; /* NULL = unused */
		size_t length;
		uint32_t stream;
		uint8_t type;
	} parts[MESSAGE_PARTS_MAX];
};

enum message_status {
	MESSAGE_PARTIAL, /* more frames follow */
	MESSAGE_WHOLE,	 /* `payload` is the request; call messages_done after it */
	MESSAGE_BAD,	 /* too large, too many at once, or no memory */
};

/* Adds a frame to its request. */
enum message_status messages_add(struct messages *messages, const struct frame *frame,
				 const uint8_t *bytes, struct payload *payload);
/* The request was carried out: returns its memory. */
void messages_done(struct messages *messages, struct payload payload);

#endif
