/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_PAYLOAD_H
#define XEN_RUNC_WIRE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"

/* The fields of a message or of a group. The bytes are private to this process. */
struct payload {
	const uint8_t *bytes;
	size_t length;
};

/* The first field with `tag`, or the value that stands for its absence. */
uint32_t payload_u32(struct payload payload, uint16_t tag, uint32_t absent);
uint64_t payload_u64(struct payload payload, uint16_t tag, uint64_t absent);
/* Copies text; false if it is absent. The check of the message has seen that it fits. */
#define TEXT_SIZE 4096
bool payload_text(struct payload payload, uint16_t tag, char text[TEXT_SIZE]);
bool payload_find(struct payload payload, uint16_t tag, struct field *field);
/* Steps through the fields with `tag`. */
bool payload_next(struct field_reader *reader, uint16_t tag, struct field *field);
struct field_reader payload_reader(struct payload payload);
/* The fields inside a group. */
struct payload payload_group(const struct field *field);

#endif
