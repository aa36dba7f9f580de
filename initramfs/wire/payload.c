/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include <linux/filter.h>
#include <string.h>

#include "payload_rules.h"

#define TAG_MAX 256

static const struct field_rule *field_rule_find(const struct field_rule *rules, uint16_t tag)
{
	for (const struct field_rule *rule = rules; rule->tag; rule++)
		if (rule->tag == tag)
			return rule;
	return NULL;
}

static bool text_valid(const struct field *field, uint32_t size)
{
	return field->length < size && !memchr(field->bytes, '\0', field->length);
}

static bool form_valid(const struct field_rule *rule, const struct field *field)
{
	uint32_t value;

	switch (rule->form) {
	case U32:
		return field_u32(field, &value) && (!rule->limit || value <= rule->limit);
	case U64:
		return field->length == sizeof(uint64_t);
	case TEXT:
		return text_valid(field, rule->limit ? rule->limit : TEXT_SIZE);
	case LONG_TEXT:
		return text_valid(field, UINT32_MAX);
	case EXACTLY:
		return field->length == rule->limit;
	case AT_MOST:
		return !rule->limit || field->length <= rule->limit;
	case IP:
		return field->length == 4 || field->length == 16;
	case FILTER:
		return field->length > 0 && field->length % sizeof(struct sock_filter) == 0 &&
		       field->length <= BPF_MAXINSNS * sizeof(struct sock_filter);
	case GROUP:
		return true; /* its fields are judged by their own rules */
	}
	return false;
}

/* Groups nest as deep as the table does. */
static bool fields_valid(const struct field_rule *rules, struct field_reader reader)
{
	uint32_t counts[TAG_MAX] = { 0 };
	struct field field;

	while (field_next(&reader, &field)) {
		const struct field_rule *rule = field_rule_find(rules, field.tag);

		if (!rule || !form_valid(rule, &field) || ++counts[field.tag] > rule->most)
			return false;
		if (rule->form == GROUP && !fields_valid(rule->group, field_group(&field)))
			return false;
	}
	if (reader.bad)
		return false;
	for (const struct field_rule *rule = rules; rule->tag; rule++)
		if (counts[rule->tag] < rule->least)
			return false;
	return true;
}

static const struct message_rule *message_rule_find(enum way way, uint8_t frame_type)
{
	for (size_t i = 0; i < message_rule_count; i++)
		if (message_rules[i].way == way && message_rules[i].type == frame_type)
			return &message_rules[i];
	return NULL;
}

bool payload_valid(enum way way, uint8_t frame_type, struct payload payload)
{
	const struct message_rule *rule = message_rule_find(way, frame_type);

	return rule && fields_valid(rule->fields, payload_reader(payload));
}

bool reply_valid(enum way way, uint8_t request_type, struct payload payload)
{
	const struct message_rule *rule = message_rule_find(way, request_type);
	bool failed = payload_u32(payload, FIELD_STATUS, 0) != 0;

	return rule && rule->answer &&
	       fields_valid(failed ? failed_answer : rule->answer, payload_reader(payload));
}

bool frame_is_request(enum way way, uint8_t frame_type)
{
	const struct message_rule *rule = message_rule_find(way, frame_type);

	return rule && rule->answer;
}

const char *frame_name(enum way way, uint8_t frame_type)
{
	const struct message_rule *rule = message_rule_find(way, frame_type);

	return rule ? rule->name : NULL;
}

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

bool payload_text_of(struct payload payload, uint16_t tag, char *text, size_t size)
{
	struct field field;

	return payload_find(payload, tag, &field) && field_text(&field, text, size);
}

bool payload_text(struct payload payload, uint16_t tag, char text[TEXT_SIZE])
{
	return payload_text_of(payload, tag, text, TEXT_SIZE);
}

struct payload payload_group(const struct field *field)
{
	return (struct payload){ .bytes = field->bytes, .length = field->length };
}
