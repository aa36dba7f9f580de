/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

struct field_reader payload_reader(struct payload payload)
{
	return field_reader(payload.bytes, payload.length);
}

bool payload_next(struct field_reader *reader, uint16_t tag, struct field *field)
{
	while (field_next(reader, field))
		if (field->tag == tag)
			return true;
	return false;
}

bool payload_find(struct payload payload, uint16_t tag, struct field *field)
{
	struct field_reader reader = payload_reader(payload);

	return payload_next(&reader, tag, field);
}

uint32_t payload_u32(struct payload payload, uint16_t tag, uint32_t absent)
{
	struct field field;
	uint32_t value;

	return payload_find(payload, tag, &field) && field_u32(&field, &value) ? value : absent;
}

uint64_t payload_u64(struct payload payload, uint16_t tag, uint64_t absent)
{
	struct field field;
	uint64_t value;

	return payload_find(payload, tag, &field) && field_u64(&field, &value) ? value : absent;
}

bool payload_text(struct payload payload, uint16_t tag, char text[TEXT_SIZE])
{
	struct field field;

	return payload_find(payload, tag, &field) && field_text(&field, text, TEXT_SIZE);
}

struct payload payload_group(const struct field *field)
{
	return (struct payload){ .bytes = field->bytes, .length = field->length };
}
