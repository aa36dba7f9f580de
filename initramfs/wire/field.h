/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_FIELD_H
#define XEN_RUNC_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

/*
 * Fields of a payload, read in place, one after the other. The bytes must stay where they are while
 * a field_reader or a struct field looks at them, and must be a private copy.
 */
struct field_reader {
	const uint8_t *next, *end;
	bool bad; /* a header was cut short or lied about its length; nothing more is read */
};

struct field {
	uint16_t tag;
	uint32_t length;
	const uint8_t *bytes;
};

struct field_reader field_reader(const void *bytes, size_t length);
/* The fields inside a group field. */
struct field_reader field_group(const struct field *group);
/* Takes the next field; false at the end or when the payload is malformed (then reader->bad). */
bool field_next(struct field_reader *reader, struct field *field);

/* Typed views; false if the length does not fit the type. */
bool field_u32(const struct field *field, uint32_t *value);
bool field_u64(const struct field *field, uint64_t *value);
/* Copies text and ends it with NUL; false if it holds a NUL or does not fit `size` with its end. */
bool field_text(const struct field *field, char *text, size_t size);

/*
 * A payload being written into a caller's buffer. Writing past its end sets `full` and drops the
 * field; check it once, at the end.
 */
struct field_writer {
	uint8_t *bytes;
	size_t size, length;
	bool full;
};

struct field_writer field_writer(void *bytes, size_t size);
void field_put(struct field_writer *writer, uint16_t tag, const void *bytes, size_t length);
void field_put_u32(struct field_writer *writer, uint16_t tag, uint32_t value);
void field_put_u64(struct field_writer *writer, uint16_t tag, uint64_t value);
void field_put_text(struct field_writer *writer, uint16_t tag, const char *text);
/* Opens a group; everything put until field_group_end with the returned mark lies inside it. */
size_t field_group_begin(struct field_writer *writer, uint16_t tag);
void field_group_end(struct field_writer *writer, size_t mark);

#endif
