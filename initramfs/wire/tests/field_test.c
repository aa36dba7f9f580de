/* SPDX-License-Identifier: Apache-2.0 */
#include "../field.h"

#include <string.h>

#include "test.h"

static void values_come_back_as_they_were_put(void)
{
	uint8_t bytes[256];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct field_reader reader;
	struct field field;
	uint32_t u32;
	uint64_t u64;
	char text[8];

	field_put_u32(&writer, FIELD_STATUS, 0xfffffffe);
	field_put_u64(&writer, FIELD_FLAGS, 0x0102030405060708);
	field_put_text(&writer, FIELD_NAME, "eth0");
	field_put(&writer, FIELD_BYTES, "\0\1", 2);
	field_put_text(&writer, FIELD_TEXT, "");
	EXPECT(!writer.full);

	reader = field_reader(bytes, writer.length);
	EXPECT(field_next(&reader, &field) && field.tag == FIELD_STATUS);
	EXPECT(field_u32(&field, &u32) && u32 == 0xfffffffe);
	EXPECT(field_next(&reader, &field) && field.tag == FIELD_FLAGS);
	EXPECT(field_u64(&field, &u64) && u64 == 0x0102030405060708);
	EXPECT(field_next(&reader, &field) && field_text(&field, text, sizeof(text)));
	EXPECT(field.tag == FIELD_NAME && strcmp(text, "eth0") == 0);
	EXPECT(field_next(&reader, &field) && field.tag == FIELD_BYTES);
	EXPECT(field.length == 2 && memcmp(field.bytes, "\0\1", 2) == 0);
	EXPECT(field_next(&reader, &field) && field_text(&field, text, sizeof(text)) && !*text);
	EXPECT(!field_next(&reader, &field) && !reader.bad);
}

static void value_of_another_type_is_refused(void)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct field_reader reader;
	struct field field;
	uint32_t u32;
	uint64_t u64;
	char text[5];

	field_put_u32(&writer, FIELD_STATUS, 1);
	field_put(&writer, FIELD_NAME, "a\0b", 3);
	field_put_text(&writer, FIELD_NAME, "12345");
	reader = field_reader(bytes, writer.length);
	EXPECT(field_next(&reader, &field) && !field_u64(&field, &u64));
	EXPECT(field_next(&reader, &field) && !field_u32(&field, &u32));
	EXPECT(!field_text(&field, text, sizeof(text)));
	EXPECT(field_next(&reader, &field) && !field_text(&field, text, sizeof(text)));
}

/* A link with an address, as PREPARE carries it. */
static size_t link_put(uint8_t *bytes, size_t size)
{
	struct field_writer writer = field_writer(bytes, size);
	size_t link, address;

	field_put_u32(&writer, FIELD_STATUS, 0);
	link = field_group_begin(&writer, FIELD_LINK);
	field_put_text(&writer, FIELD_NAME, "eth0");
	address = field_group_begin(&writer, FIELD_ADDRESS);
	field_put(&writer, FIELD_IP, "\12\0\0\1", 4);
	field_put_u32(&writer, FIELD_PREFIX, 24);
	field_group_end(&writer, address);
	field_put_u32(&writer, FIELD_MTU, 1500);
	field_group_end(&writer, link);
	field_put_u32(&writer, FIELD_CODE, 3);
	return writer.full ? 0 : writer.length;
}

/* Counts fields at every depth; -1 if anything is malformed. */
static int fields_count(struct field_reader reader)
{
	struct field field;
	int count = 0;

	while (field_next(&reader, &field)) {
		count++;
		if (field.tag == FIELD_LINK || field.tag == FIELD_ADDRESS) {
			int inside = fields_count(field_group(&field));

			if (inside < 0)
				return -1;
			count += inside;
		}
	}
	return reader.bad ? -1 : count;
}

static void groups_nest(void)
{
	uint8_t bytes[256];
	size_t length = link_put(bytes, sizeof(bytes));

	EXPECT(length > 0);
	EXPECT(fields_count(field_reader(bytes, length)) == 8);
}

static void payload_cut_anywhere_is_malformed_or_ends_between_fields(void)
{
	uint8_t bytes[256];
	size_t length = link_put(bytes, sizeof(bytes));
	size_t whole = 0;

	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *copy = malloc(cut + 1); /* exact, so that ASan sees a read beyond */
		int count;

		memcpy(copy, bytes, cut);
		count = fields_count(field_reader(copy, cut));
		if (count >= 0) {
			EXPECT(cut == 0 || count == 1 || count == 7);
			whole++;
		}
		free(copy);
	}
	EXPECT(whole == 3); /* nothing, STATUS alone, all but CODE */
}

static void field_inside_a_group_cannot_reach_out_of_it(void)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	size_t group = field_group_begin(&writer, FIELD_LINK);

	field_put_u32(&writer, FIELD_MTU, 1500);
	field_group_end(&writer, group);
	field_put_u32(&writer, FIELD_CODE, 0);
	EXPECT(fields_count(field_reader(bytes, writer.length)) == 3);
	bytes[FIELD_HEADER_SIZE + 4] = 5; /* MTU's length */
	EXPECT(fields_count(field_reader(bytes, writer.length)) == -1);
}

static void header_that_breaks_a_rule_is_malformed(void)
{
	uint8_t bytes[16] = { FIELD_STATUS, 0, 0, 0, 8 };
	struct field_reader reader = field_reader(bytes, sizeof(bytes));
	struct field field;

	EXPECT(field_next(&reader, &field) && !field_next(&reader, &field) && !reader.bad);
	for (size_t at = 2; at < 4; at++) {
		bytes[at] = 1;
		reader = field_reader(bytes, sizeof(bytes));
		EXPECT(!field_next(&reader, &field) && reader.bad);
		bytes[at] = 0;
	}
	bytes[4] = 9;
	reader = field_reader(bytes, sizeof(bytes));
	EXPECT(!field_next(&reader, &field) && reader.bad && !field_next(&reader, &field));
	memset(bytes + 4, 0xff, 4);
	reader = field_reader(bytes, sizeof(bytes));
	EXPECT(!field_next(&reader, &field) && reader.bad);
}

static void writer_of_every_size_is_full_or_right(void)
{
	uint8_t whole[256];
	size_t length = link_put(whole, sizeof(whole));

	for (size_t size = 0; size < length; size++) {
		uint8_t *bytes = malloc(size + 1);

		EXPECT(link_put(bytes, size) == 0);
		free(bytes);
	}
	EXPECT(link_put(whole, length) == length);
}

static void writer_once_full_takes_nothing_more(void)
{
	uint8_t bytes[FIELD_HEADER_SIZE + 8];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put(&writer, FIELD_BYTES, bytes, 9);
	EXPECT(writer.full && writer.length == 0);
	field_put_u32(&writer, FIELD_CODE, 0);
	EXPECT(writer.full && writer.length == 0);
}

int main(void)
{
	static const struct test tests[] = {
		{ "values come back as they were put", values_come_back_as_they_were_put },
		{ "value of another type is refused", value_of_another_type_is_refused },
		{ "groups nest", groups_nest },
		{ "payload cut anywhere is malformed or ends between fields",
		  payload_cut_anywhere_is_malformed_or_ends_between_fields },
		{ "field inside a group cannot reach out of it",
		  field_inside_a_group_cannot_reach_out_of_it },
		{ "header that breaks a rule is malformed",
		  header_that_breaks_a_rule_is_malformed },
		{ "writer of every size is full or right", writer_of_every_size_is_full_or_right },
		{ "writer once full takes nothing more", writer_once_full_takes_nothing_more },
	};

	return test_run_all("field_test", tests, sizeof(tests) / sizeof(tests[0]));
}
