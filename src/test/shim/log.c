/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "shim.h"

/*
 * containerd decodes the whole log.json as a stream of records (process/utils.go,
 * getLastRuntimeError): one line that is none, or a time that is not RFC 3339, and the error is
 * lost.
 */

struct entry {
	char level[32], msg[8192], time[64];
};

static const char *blanks_skip(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* The four digits of \u; only what fits a byte is needed here. */
static const char *escape_take(const char *text, char *value)
{
	unsigned int code;

	switch (*text) {
	case '"':
	case '\\':
	case '/':
		*value = *text;
		return text + 1;
	case 'n':
	case 't':
	case 'r':
	case 'b':
	case 'f':
		*value = ' ';
		return text + 1;
	case 'u':
		if (sscanf(text + 1, "%4x", &code) != 1 || strlen(text) < 5)
			return NULL;
		*value = code < 0x80 ? (char)code : '?';
		return text + 5;
	default:
		return NULL;
	}
}

static const char *string_take(const char *text, char *value, size_t size)
{
	size_t length = 0;

	if (*text++ != '"')
		return NULL;
	while (*text != '"') {
		char next = *text++;

		if ((unsigned char)next < 0x20 || length + 1 >= size)
			return NULL;
		if (next == '\\') {
			text = escape_take(text, &next);
			if (!text)
				return NULL;
		}
		value[length++] = next;
	}
	value[length] = '\0';
	return text + 1;
}

/* One object of strings; NULL if it is none. */
static const char *entry_take(const char *text, struct entry *entry)
{
	char name[32], value[8192];

	memset(entry, 0, sizeof(*entry));
	if (*text++ != '{')
		return NULL;
	do {
		text = string_take(blanks_skip(text), name, sizeof(name));
		if (!text || *(text = blanks_skip(text)) != ':')
			return NULL;
		text = string_take(blanks_skip(text + 1), value, sizeof(value));
		if (!text)
			return NULL;
		if (strcmp(name, "level") == 0)
			snprintf(entry->level, sizeof(entry->level), "%.31s", value);
		else if (strcmp(name, "msg") == 0)
			snprintf(entry->msg, sizeof(entry->msg), "%s", value);
		else if (strcmp(name, "time") == 0)
			snprintf(entry->time, sizeof(entry->time), "%.63s", value);
		text = blanks_skip(text);
	} while (*text++ == ',');
	return text[-1] == '}' ? text : NULL;
}

static bool is_rfc3339(const char *text)
{
	unsigned int year, month, day, hour, minute, hours, minutes;
	int length = 0;
	double second;
	char sign[2];

	if (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%lf%n", &year, &month, &day, &hour, &minute, &second,
		   &length) != 6 ||
	    month > 12 || day > 31 || hour > 23 || minute > 59 || second >= 61)
		return false;
	text += length;
	return strcmp(text, "Z") == 0 || sscanf(text, "%1[+-]%2u:%2u", sign, &hours, &minutes) == 3;
}

/* The number of records of level error, -1 if the file is no stream of records. */
static int log_read(const struct container *container, char *last, size_t size)
{
	static char bytes[1 << 20];
	char path[PATH_MAX + 128];
	const char *text = bytes;
	struct entry entry;
	size_t length;
	int errors = 0;
	FILE *file;

	last[0] = '\0';
	snprintf(path, sizeof(path), "%s/log.json", container->bundle);
	file = fopen(path, "re");
	if (!file)
		return 0;
	length = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	bytes[length] = '\0';
	while (*(text = blanks_skip(text))) {
		text = entry_take(text, &entry);
		if (!text || !is_rfc3339(entry.time))
			return -1;
		if (strcmp(entry.level, "error") != 0)
			continue;
		errors++;
		snprintf(last, size, "%s", entry.msg);
	}
	return errors;
}

const char *log_last_error(const struct container *container)
{
	static char last[8192];

	return log_read(container, last, sizeof(last)) < 0 ? "(log.json is no stream of records)"
							   : last;
}

int log_errors(const struct container *container)
{
	char last[8192];

	return log_read(container, last, sizeof(last));
}
