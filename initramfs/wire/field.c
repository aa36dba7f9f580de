/* SPDX-License-Identifier: Apache-2.0 */
#include "field.h"

#include <string.h>

#include "little_endian.h"

struct field_reader field_reader(const void *bytes, size_t length)
{
	return (struct field_reader){ .next = bytes, .end = (const uint8_t *)bytes + length };
}

struct field_reader field_group(const struct field *group)
{
	return field_reader(group->bytes, group->length);
}

bool field_next(struct field_reader *reader, struct field *field)
{
	size_t left = (size_t)(reader->end - reader->next);

	if (reader->bad || left == 0)
		return false;
	if (left < FIELD_HEADER_SIZE || little_get16(reader->next + 2) != 0 ||
	    little_get32(reader->next + 4) > left - FIELD_HEADER_SIZE) {
		reader->bad = true;
		return false;
	}
	field->tag = little_get16(reader->next);
	field->length = little_get32(reader->next + 4);
	field->bytes = reader->next + FIELD_HEADER_SIZE;
	reader->next = field->bytes + field->length;
	return true;
}

bool field_u32(const struct field *field, uint32_t *value)
{
	if (field->length != sizeof(*value))
		return false;
	*value = little_get32(field->bytes);
	return true;
}

bool field_u64(const struct field *field, uint64_t *value)
{
	if (field->length != sizeof(*value))
		return false;
	*value = little_get64(field->bytes);
	return true;
}

bool field_text(const struct field *field, char *text, size_t size)
{
	if (field->length >= size || memchr(field->bytes, '\0', field->length))
		return false;
	memcpy(text, field->bytes, field->length);
	text[field->length] = '\0';
	return true;
}

struct field_writer field_writer(void *bytes, size_t size)
{
	return (struct field_writer){ .bytes = bytes, .size = size };
}

/* Writes a header and makes room for `length` bytes behind it; NULL if they do not fit. A writer
 * that is full once stays so: a payload with a hole in it must not look whole. */
static uint8_t *field_reserve(struct field_writer *writer, uint16_t tag, size_t length)
{
	size_t left = writer->size - writer->length;
	uint8_t *header = writer->bytes + writer->length;

	if (writer->full || left < FIELD_HEADER_SIZE || left - FIELD_HEADER_SIZE < length ||
	    length > UINT32_MAX) {
		writer->full = true;
		return NULL;
	}
	little_put16(header, tag);
	little_put16(header + 2, 0);
	little_put32(header + 4, (uint32_t)length);
	writer->length += FIELD_HEADER_SIZE + length;
	return header + FIELD_HEADER_SIZE;
}

void field_put(struct field_writer *writer, uint16_t tag, const void *bytes, size_t length)
{
	uint8_t *place = field_reserve(writer, tag, length);

	if (place && length)
		memcpy(place, bytes, length);
}

void field_put_u32(struct field_writer *writer, uint16_t tag, uint32_t value)
{
	uint8_t *place = field_reserve(writer, tag, sizeof(value));

	if (place)
		little_put32(place, value);
}

void field_put_u64(struct field_writer *writer, uint16_t tag, uint64_t value)
{
	uint8_t *place = field_reserve(writer, tag, sizeof(value));

	if (place)
		little_put64(place, value);
}

void field_put_text(struct field_writer *writer, uint16_t tag, const char *text)
{
	field_put(writer, tag, text, strlen(text));
}

size_t field_group_begin(struct field_writer *writer, uint16_t tag)
{
	size_t mark = writer->length;

	field_reserve(writer, tag, 0);
	return mark;
}

void field_group_end(struct field_writer *writer, size_t mark)
{
	if (!writer->full)
		little_put32(writer->bytes + mark + 4,
			     (uint32_t)(writer->length - mark - FIELD_HEADER_SIZE));
}
