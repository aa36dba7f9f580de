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
		return "it is a folder";
	case ENOTDIR:
		return "a part of the path is not a folder";
	default:
		return strerror(status);
	}
}

int failure_set(struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;

	failure->status = status;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof(failure->text), format, arguments);
	va_end(arguments);
	return -1;
}

int failure_errno(struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;
	size_t length;

	failure->status = status;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof(failure->text), format, arguments);
	va_end(arguments);
	length = strlen(failure->text);
	snprintf(failure->text + length, sizeof(failure->text) - length, ": %s",
		 errno_text(status));
	return -1;
}
