/* SPDX-License-Identifier: Apache-2.0 */
#include "prepare.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"
#include "link.h"
#include "payload.h"

/* An EXPORT{NUMBER MODE READONLY FLAGS} of the REPLY, and what that holds besides them. */
#define EXPORT_SIZE (5 * FIELD_HEADER_SIZE + 3 * sizeof(uint32_t) + sizeof(uint64_t))
#define REPLY_REST 64

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

	if (!source_take(payload_group(group), &source) || exports[source.number])
		link_fail("a malformed EXPORT");
	error = export_open(&source, text, sizeof(text));
	if (error)
		prepare_fail(error, text);
}

void prepare_read(void)
{
	struct payload prepare;
	struct field_reader reader;
	struct field field;
	uint8_t *message = message_read(&prepare.length);

	prepare.bytes = message;
	if (!payload_valid(TO_SERVER, FRAME_PREPARE, prepare))
		link_fail("a malformed PREPARE");
	reader = payload_reader(prepare);
	while (payload_next(&reader, FIELD_EXPORT, &field))
		export_read(&field);
	free(message);
}

static void export_put(const struct export *export, struct field_writer *writer)
{
	size_t mark = field_group_begin(writer, FIELD_EXPORT);

	field_put_u32(writer, FIELD_NUMBER, export->number);
	field_put_u32(writer, FIELD_MODE, export->mode);
	field_put_u32(writer, FIELD_READONLY, export->readonly);
	if (export->host_flags)
		field_put_u64(writer, FIELD_FLAGS, export->host_flags);
	field_group_end(writer, mark);
}

void prepare_done(void)
{
	static uint8_t bytes[REPLY_REST + EXPORT_MAX * EXPORT_SIZE];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, 0);
	for (unsigned int i = 0; i < EXPORT_MAX; i++)
		if (exports[i])
			export_put(exports[i], &writer);
	link_write(FRAME_REPLY, request_number, bytes, writer.length);
}
