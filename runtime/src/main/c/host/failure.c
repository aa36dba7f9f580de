/* SPDX-License-Identifier: Apache-2.0 */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *errno_text(int status)
{
	switch (status) {
	case ENOENT:
		return "it does not exist";
	case EACCES:
		return "access refused";
	case EISDIR:
		return "a directory, not a file";
	case ENOTDIR:
		return "a part of the path is a file";
	default:
		return strerror(status);
	}
}

void words_clean(char *words)
{
	size_t begin = strspn(words, " \t\r\n");
	size_t length = strcspn(words + begin, "\n");

	memmove(words, words + begin, length);
	while (length && (words[length - 1] == ' ' || words[length - 1] == '\r'))
		length--;
	words[length] = '\0';
	for (char *byte = words; *byte; byte++)
		if ((unsigned char)*byte < ' ' || *byte == 0x7f)
			*byte = '?';
}

int failure_set_at(struct place place, struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;

	failure->place = place;
	failure->status = status;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof(failure->text), format, arguments);
	va_end(arguments);
	return -1;
}

int failure_append(struct failure *failure, const char *cause)
{
	size_t length = strlen(failure->text);

	snprintf(failure->text + length, sizeof(failure->text) - length, ": %s", cause);
	return -1;
}

int failure_errno_at(struct place place, struct failure *failure, int status, const char *format,
		     ...)
{
	va_list arguments;

	failure->place = place;
	failure->status = status;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof(failure->text), format, arguments);
	va_end(arguments);
	return failure_append(failure, errno_text(status));
}
