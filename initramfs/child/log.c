/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_MAX_SIZE 512

/* Kernel log levels, linux/kern_levels.h. With `quiet` the console shows what is below 4. */
enum level { LEVEL_CRITICAL = 2, LEVEL_ERROR = 3, LEVEL_INFO = 6 };

static int kernel_log = -1;

void log_to_kernel(void)
{
	kernel_log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

int log_descriptor(void)
{
	return kernel_log >= 0 ? kernel_log : STDERR_FILENO;
}

static void log_line(enum level level, const char *format, va_list arguments)
{
	char line[LINE_MAX_SIZE];
	int prefix = kernel_log >= 0 ? snprintf(line, sizeof(line), "<%d>init: ", (int)level)
				     : snprintf(line, sizeof(line), "init: ");
	size_t room = sizeof(line) - (size_t)prefix - 1;
	int text = vsnprintf(line + prefix, room, format, arguments);
	size_t length = (size_t)prefix + ((size_t)text < room ? (size_t)text : room - 1);

	line[length++] = '\n';
	/* Nobody is left to tell if the log cannot be written. */
	if (write(log_descriptor(), line, length) < 0)
		return;
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LEVEL_INFO, format, arguments);
	va_end(arguments);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LEVEL_ERROR, format, arguments);
	va_end(arguments);
}

void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LEVEL_CRITICAL, format, arguments);
	va_end(arguments);
	_exit(EXIT_FAILURE);
}
