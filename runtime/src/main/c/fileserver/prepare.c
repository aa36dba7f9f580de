/* SPDX-License-Identifier: Apache-2.0 */
#include "prepare.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"
#include "field.h"
#include "link.h"

/* So many that the REPLY fits a frame. */
#define EXPORTS_AT_ONCE 1000u

static uint32_t request_number;

void prepare_fail(int error, const char *text)
{
	uint8_t bytes[PATH_MAX + 512];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, (uint32_t)error);
	field_put_text(&writer, FIELD_TEXT, text);
	link_write(FRAME_REPLY, request_number, bytes, writer.length);
	_exit(EXIT_FAILURE);
}

/* Puts the frames of PREPARE together. */
static uint8_t *message_read(size_t *length)
{
	struct frame frame = { .flags = FRAME_MORE };
	uint8_t *message = NULL;
	const uint8_t *payload;

	*length = 0;
	while (frame.flags & FRAME_MORE) {
		uint8_t *longer;

		link_read(&frame, &payload);
		if (frame.type != FRAME_PREPARE || (message && frame.stream != request_number))
			link_fail("something else than PREPARE");
		request_number = frame.stream;
		if (frame.length > MESSAGE_MAX_TO_MONITOR - *length)
			link_fail("a PREPARE that is too long");
		longer = realloc(message, *length + frame.length + 1);
		if (!longer)
			prepare_fail(ENOMEM, "out of memory");
		message = longer;
		memcpy(message + *length, payload, frame.length);
		*length += frame.length;
	}
	return message;
}

static void export_read(const struct field *group)
{
	char text[PATH_MAX + 256];
	struct source source;
	int error;

	if (!source_parse(group, &source) || exports[source.number])
		link_fail("a malformed EXPORT");
	error = export_open(&source, text, sizeof(text));
	if (error)
		prepare_fail(error, text);
}

void prepare_read(void)
{
	struct field_reader reader;
	struct field field;
	unsigned int count = 0;
	size_t length;
	uint8_t *message = message_read(&length);

	reader = field_reader(message, length);
	while (field_next(&reader, &field)) {
		if (field.tag != FIELD_EXPORT)
			link_fail("a malformed PREPARE");
		if (++count > EXPORTS_AT_ONCE)
			prepare_fail(E2BIG, "more than 1000 mounts of host files");
		export_read(&field);
	}
	if (reader.bad || !count)
		link_fail("a malformed PREPARE");
	free(message);
}

void prepare_done(void)
{
	uint8_t bytes[FRAME_PAYLOAD_MAX];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, 0);
	for (unsigned int i = 0; i < EXPORT_MAX; i++) {
		size_t mark;

		if (!exports[i])
			continue;
		mark = field_group_begin(&writer, FIELD_EXPORT);
		field_put_u32(&writer, FIELD_NUMBER, i);
		field_put_u32(&writer, FIELD_MODE, exports[i]->mode);
		field_put_u32(&writer, FIELD_READONLY, exports[i]->readonly);
		if (exports[i]->host_flags)
			field_put_u64(&writer, FIELD_FLAGS, exports[i]->host_flags);
		field_group_end(&writer, mark);
	}
	link_write(FRAME_REPLY, request_number, bytes, writer.length);
}
