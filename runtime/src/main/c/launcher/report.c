/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
	int fd; /* of --log; -1 = there is none */
	bool json, debug;
} report = { .fd = -1 };

/* Room for a text of 4 KiB each of whose bytes needs six. */
#define RECORD_MAX 32768
#define FRAME_ROOM 1024 /* its own words and its place */
#define FILE_SIZE 128

struct record {
	char bytes[RECORD_MAX];
	size_t length;
};

static void record_put(struct record *record, const char *bytes, size_t length)
{
	/* A text that is too long is cut; the record still ends well. */
	if (length <= sizeof(record->bytes) - record->length - FRAME_ROOM) {
		memcpy(record->bytes + record->length, bytes, length);
		record->length += length;
	}
}

/* The record's own words, for which room is always kept. */
static void record_put_frame(struct record *record, const char *text)
{
	size_t length = strlen(text);

	memcpy(record->bytes + record->length, text, length);
	record->length += length;
}

/* The length of the UTF-8 character at `text`, 0 if it is none. */
static size_t character_length(const char *text)
{
	const uint8_t *bytes = (const uint8_t *)text;
	uint32_t code, least;
	size_t length;

	if (bytes[0] < 0x80)
		return 1;
	if ((bytes[0] & 0xe0) == 0xc0) {
		length = 2, code = bytes[0] & 0x1f, least = 0x80;
	} else if ((bytes[0] & 0xf0) == 0xe0) {
		length = 3, code = bytes[0] & 0x0f, least = 0x800;
	} else if ((bytes[0] & 0xf8) == 0xf0) {
		length = 4, code = bytes[0] & 0x07, least = 0x10000;
	} else {
		return 0;
	}
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (bytes[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

/* The inside of a string, with the escapes that JSON and Go's %q have in common. */
static void record_put_quoted(struct record *record, const char *text)
{
	while (*text) {
		size_t length = character_length(text);
		char escape[8];

		if (length == 0) {
			record_put(record, "\\ufffd", 6);
			text++;
			continue;
		}
		if (*text == '"' || *text == '\\') {
			escape[0] = '\\', escape[1] = *text;
			record_put(record, escape, 2);
		} else if (*text == '\n') {
			record_put(record, "\\n", 2);
		} else if ((uint8_t)*text < 0x20 || *text == 0x7f) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned int)(uint8_t)*text);
			record_put(record, escape, 6);
		} else {
			record_put(record, text, length);
		}
		text += length;
	}
}

/* logrus' text form leaves the quotes out where nothing needs them. */
static bool text_is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._/@^+";

	return text[0] && text[strspn(text, plain)] == '\0';
}

/* In JSON the keys are in the order of the alphabet, as Go writes them. */
static void record_format_json(struct record *record, const struct report_record *what,
			       const char *stamp)
{
	record_put_frame(record, "{");
	if (what->function) {
		record_put_frame(record, "\"file\":\"");
		record_put_quoted(record, what->file);
		record_put_frame(record, "\",\"func\":\"");
		record_put_quoted(record, what->function);
		record_put_frame(record, "\",");
	}
	record_put_frame(record, "\"level\":\"");
	record_put_frame(record, what->level);
	record_put_frame(record, "\",\"msg\":\"");
	record_put_quoted(record, what->text);
	record_put_frame(record, "\",\"time\":\"");
	record_put_frame(record, stamp);
	record_put_frame(record, "\"}\n");
}

static void record_format_text(struct record *record, const struct report_record *what,
			       const char *stamp)
{
	record_put_frame(record, "time=\"");
	record_put_frame(record, stamp);
	record_put_frame(record, "\" level=");
	record_put_frame(record, what->level);
	record_put_frame(record, " msg=");
	if (text_is_plain(what->text)) {
		record_put(record, what->text, strlen(what->text));
	} else {
		record_put_frame(record, "\"");
		record_put_quoted(record, what->text);
		record_put_frame(record, "\"");
	}
	if (what->function) {
		record_put_frame(record, " func=\"");
		record_put_quoted(record, what->function);
		record_put_frame(record, "()\" file=\"");
		record_put_quoted(record, what->file);
		record_put_frame(record, "\"");
	}
	record_put_frame(record, "\n");
}

static void record_format(struct record *record, const struct report_record *what)
{
	char stamp[32];
	struct tm parts;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&what->time, &parts));
	record->length = 0;
	if (report.json)
		record_format_json(record, what, stamp);
	else
		record_format_text(record, what, stamp);
}

/* One write a record: several launchers append to one log. */
static void record_write(const struct report_record *what)
{
	static struct record record;

	record_format(&record, what);
	output_write(report.fd < 0 ? STDERR_FILENO : report.fd, record.bytes, record.length);
}

/* A record of this process's own, made now. `file` is room for the file and its line. */
static struct report_record record_here(struct place place, const char *level, const char *text,
					char *file, size_t size)
{
	struct report_record record = { .level = level, .text = text, .time = time(NULL) };
	const char *name;

	if (!report.debug || !place.file)
		return record;
	name = strrchr(place.file, '/');
	snprintf(file, size, "%s:%d", name ? name + 1 : place.file, place.line);
	record.function = place.function;
	record.file = file;
	return record;
}

int report_open(const struct options *options, struct failure *failure)
{
	const char *format = options->log_format;

	if (strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
		return failure_set(failure, EINVAL, "invalid log-format: %s", format);
	report.json = strcmp(format, "json") == 0;
	report.debug = options->debug;
	if (!options->log || !*options->log)
		return 0;
	report.fd = open(options->log, O_CREAT | O_WRONLY | O_APPEND | O_SYNC | O_CLOEXEC, 0644);
	if (report.fd < 0)
		return failure_errno(failure, errno, "open log \"%s\"", options->log);
	return 0;
}

void report_error(const struct failure *failure)
{
	char file[FILE_SIZE];
	struct report_record record =
	    record_here(failure->place, "error", failure->text, file, sizeof(file));

	report_failed(&record);
}

void report_failed(struct report_record *record)
{
	if (!report.debug)
		record->function = NULL;
	record_write(record);
	if (report.fd < 0)
		return;
	output_write(STDERR_FILENO, record->text, strlen(record->text));
	output_write(STDERR_FILENO, "\n", 1);
}

void report_record(const struct report_record *record)
{
	if (report.debug)
		record_write(record);
}

void report_debug_at(struct place place, const char *format, ...)
{
	char file[FILE_SIZE], text[1024];
	struct report_record record;
	va_list arguments;

	if (!report.debug)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	record = record_here(place, "debug", text, file, sizeof(file));
	record_write(&record);
}

int output_write(int fd, const void *bytes, size_t length)
{
	const char *next = bytes;

	while (length) {
		ssize_t count = write(fd, next, length);

		if (count < 0 && errno != EINTR)
			return -1;
		if (count > 0) {
			next += count;
			length -= (size_t)count;
		}
	}
	return 0;
}
