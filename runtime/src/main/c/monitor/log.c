/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
	int fd;
	char id[256];
} monitor_log = { .fd = -1 };

void log_open(const char *id)
{
	char directory[] = MONITOR_LOG;

	*strrchr(directory, '/') = '\0';
	mkdir(directory, 0750);
	monitor_log.fd = open(MONITOR_LOG, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	snprintf(monitor_log.id, sizeof(monitor_log.id), "%s", id);
}

int log_descriptor(void)
{
	return monitor_log.fd;
}

static void line_write(const char *level, const char *format, va_list arguments)
{
	char text[1024], line[1536], stamp[32];
	time_t now = time(NULL);
	struct tm parts;
	int length;

	if (monitor_log.fd < 0)
		return;
	vsnprintf(text, sizeof(text), format, arguments);
	/* A text may hold what others said: it must not look like more than one line. */
	for (char *byte = text; *byte; byte++)
		if ((unsigned char)*byte < ' ' || *byte == '"')
			*byte = '\'';
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
	length = snprintf(line, sizeof(line), "time=\"%s\" level=%s id=%s msg=\"%s\"\n", stamp,
			  level, monitor_log.id, text);
	if (write(monitor_log.fd, line, (size_t)length) < 0)
		return;
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write("info", format, arguments);
	va_end(arguments);
}

void log_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write("warning", format, arguments);
	va_end(arguments);
}

void log_trace(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_write("trace", format, arguments);
	va_end(arguments);
}
