/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_REQUEST_H
#define XEN_RUNC_AGENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"

/* A request's fields. The bytes are private to this process. */
struct payload {
	const uint8_t *bytes;
	size_t length;
};

/* Whether every field is known where it stands, of its type and length, and there as often as
 * docs/protocol.md says. After this nothing else needs to look at a field's form. */
bool request_valid(uint8_t frame_type, struct payload payload);

/* The first field with `tag`, or the value that stands for its absence. */
uint32_t payload_u32(struct payload payload, uint16_t tag, uint32_t absent);
uint64_t payload_u64(struct payload payload, uint16_t tag, uint64_t absent);
/* Copies text; false if it is absent. request_valid has checked that it fits TEXT_SIZE. */
#define TEXT_SIZE 4096
bool payload_text(struct payload payload, uint16_t tag, char text[TEXT_SIZE]);
bool payload_find(struct payload payload, uint16_t tag, struct field *field);
/* Steps through the fields with `tag`. */
bool payload_next(struct field_reader *reader, uint16_t tag, struct field *field);
struct field_reader payload_reader(struct payload payload);
/* The fields inside a group. */
struct payload payload_group(const struct field *field);

#endif
