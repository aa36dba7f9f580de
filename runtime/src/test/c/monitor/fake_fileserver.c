/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the file server: answers PREPARE, then sends every DATA back with its window. A path that
 * begins with /refuse is refused, and with one that begins with /die it ends; a DATA that says
 * "die", "lie" or "sleep" is obeyed. At the link's end it takes a moment, and leaves
 * /run/server-ended.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talk.h"

static void export_answer(const struct field *export, struct field_writer *reply)
{
	struct field_reader reader = field_group(export);
	char path[4096] = "";
	uint32_t number = 0;
	struct field field;
	struct stat status;
	size_t mark;

	while (field_next(&reader, &field)) {
		if (field.tag == FIELD_PATH)
			field_text(&field, path, sizeof(path));
		if (field.tag == FIELD_NUMBER)
			field_u32(&field, &number);
	}
	if (strncmp(path, "/die", 4) == 0)
		exit(5);
	if (strncmp(path, "/refuse", 7) == 0 || stat(path, &status)) {
		*reply = field_writer(reply->bytes, reply->size);
		field_put_u32(reply, FIELD_STATUS, ENOENT);
		field_put_text(reply, FIELD_TEXT, "export: there is no such tree");
		return;
	}
	mark = field_group_begin(reply, FIELD_EXPORT);
	field_put_u32(reply, FIELD_NUMBER, number);
	field_put_u32(reply, FIELD_MODE, status.st_mode);
	field_put_u32(reply, FIELD_READONLY, 0);
	field_group_end(reply, mark);
}

static void data_answer(struct talk *monitor)
{
	const struct message *message = &monitor->message;
	static uint8_t copy[FRAME_PAYLOAD_MAX];
	size_t length = message->length;

	memcpy(copy, message->bytes, length);
	if (length == 3 && memcmp(copy, "die", 3) == 0)
		exit(3);
	if (length == 3 && memcmp(copy, "lie", 3) == 0)
		talk_say(monitor, FRAME_DATA, STREAM_STDOUT(PROCESS_MAIN), "x", 1);
	if (length == 5 && memcmp(copy, "sleep", 5) == 0)
		sleep(60);
	talk_say_u32(monitor, FRAME_WINDOW, message->stream, (uint32_t)length);
	talk_say(monitor, FRAME_DATA, message->stream, copy, length);
}

int main(void)
{
	static uint8_t bytes[65536];
	struct field_writer reply = field_writer(bytes, sizeof(bytes));
	struct field_reader reader;
	struct talk monitor;
	struct field field;

	talk_open(&monitor, 3);
	if (!talk_hear(&monitor, FRAME_PREPARE, 1))
		return 1;
	field_put_u32(&reply, FIELD_STATUS, 0);
	reader = field_reader(monitor.message.bytes, monitor.message.length);
	while (field_next(&reader, &field))
		export_answer(&field, &reply);
	talk_say_fields(&monitor, FRAME_REPLY, 1, &reply);
	while (message_receive(3, &monitor.inbox, INT64_MAX, &monitor.message) == 0) {
		if (monitor.message.type == FRAME_DATA)
			data_answer(&monitor);
		else if (monitor.message.type == FRAME_END)
			talk_say(&monitor, FRAME_END, monitor.message.stream, NULL, 0);
	}
	usleep(200000);
	return mkdir("/run/server-ended", 0700) ? 1 : 0;
}
