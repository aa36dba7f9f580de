/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_PAYLOAD_H
#define XEN_RUNC_WIRE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"
#include "way.h"

/* The fields of a message or of a group. The bytes are private to this process. */
struct payload {
	const uint8_t *bytes;
	size_t length;
};

/*
 * Whether a message of this type may go this way, and every field of it is known where it stands,
 * of its type and length, and there as often as docs/protocol.md says. A receiver asks once; after
 * that nothing else needs to look at a field's form.
 */
bool payload_valid(enum way way, uint8_t frame_type, struct payload payload);
/* The same for the REPLY to a request that went this way. With a STATUS that is not 0 it holds
 * nothing else but TEXT. */
bool reply_valid(enum way way, uint8_t request_type, struct payload payload);
/* Whether a message of this type, going this way, is a request: something that gets a REPLY. */
bool frame_is_request(enum way way, uint8_t frame_type);
/* What docs/protocol.md calls the message; NULL if none of that type may go this way. */
const char *frame_name(enum way way, uint8_t frame_type);

/* The first field with `tag`, or the value that stands for its absence. */
uint32_t payload_u32(struct payload payload, uint16_t tag, uint32_t absent);
uint64_t payload_u64(struct payload payload, uint16_t tag, uint64_t absent);
/* Copies text; false, and nothing is written, if it is absent. Its row says that it fits TEXT_SIZE,
 * or the shorter array that payload_text_of is for. */
#define TEXT_SIZE 4096
bool payload_text(struct payload payload, uint16_t tag, char text[TEXT_SIZE]);
bool payload_text_of(struct payload payload, uint16_t tag, char *text, size_t size);
bool payload_find(struct payload payload, uint16_t tag, struct field *field);
/* Steps through the fields with `tag`. */
bool payload_next(struct field_reader *reader, uint16_t tag, struct field *field);
struct field_reader payload_reader(struct payload payload);
/* The fields inside a group. */
struct payload payload_group(const struct field *field);

#endif
