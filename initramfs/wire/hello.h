/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_HELLO_H
#define XEN_RUNC_WIRE_HELLO_H

#include "frame.h"
#include "payload.h"

/* The first message each way. */
struct hello {
	uint32_t version, least; /* PROTOCOL and PROTOCOL_MIN */
};

enum hello_verdict {
	HELLO_GOOD,
	HELLO_MALFORMED, /* or another message */
	HELLO_FOREIGN,	 /* of a protocol that this side does not speak; `hello` says which */
};

/* Judges a peer's first message. */
enum hello_verdict hello_read(uint8_t type, uint32_t stream, struct payload payload,
			      struct hello *hello);

/* Puts this side's, without BUILD. */
void hello_put(struct field_writer *writer);

#endif
