/* SPDX-License-Identifier: Apache-2.0 */
#include "export.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct export *exports[EXPORT_MAX];

/* The server never executes a file of an export and never opens one as a device. The host's kernel
 * refuses to follow a symbolic link there. */
#define FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW)

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFSOCK:
		return "a socket";
	case S_IFIFO:
		return "a fifo";
	default:
		return "a device";
	}
}

/* The flags of the host's mount that hold for the container too; statvfs's ST_* are MS_*. None if
 * its file system does not say. */
static uint64_t host_flags(int fd)
{
	struct statvfs status;

	return fstatvfs(fd, &status) ? 0 : status.f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

int export_open(const struct source *source, char *text, size_t text_size)
{
	const char *path = source->path;
	struct export *export;
	struct stat status;
	int error, clone = -1;
	int fd = source_open(source);

	if (fd < 0 || fstat(fd, &status)) {
		error = errno;
		snprintf(text, text_size, "export \"%s\": %s", path, strerror(error));
		goto out;
	}
	if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) {
		error = ENOTSUP;
		snprintf(text, text_size,
			 "export \"%s\": is %s; only directories and regular files can be "
			 "shared with a guest",
			 path, kind_of(status.st_mode));
		goto out;
	}
	clone = source_clone(source, fd, FLAGS);
	export = clone < 0 ? NULL : calloc(1, sizeof(*export));
	if (!export) {
		error = errno;
		snprintf(text, text_size, "export \"%s\": clone its mounts: %s", path,
			 strerror(error));
		goto out;
	}
	*export = (struct export){
		.number = source->number,
		.mode = status.st_mode,
		.host_flags = host_flags(fd),
		.mount_fd = clone,
	};
	exports[source->number] = export;
	clone = -1;
	error = 0;
out:
	if (clone >= 0)
		close(clone);
	if (fd >= 0)
		close(fd);
	return error;
}

void export_log(const struct export *export, const char *format, ...)
{
	char line[256];
	int length = snprintf(line, sizeof(line), "fileserver: export %u: ", export->number);
	size_t size = sizeof(line) - (size_t)length - 1;
	va_list arguments;
	int rest;

	va_start(arguments, format);
	rest = vsnprintf(line + length, size, format, arguments);
	va_end(arguments);
	size = (size_t)length + ((size_t)rest < size ? (size_t)rest : size - 1);
	line[size++] = '\n';
	/* One write for one line. If that fails, the server goes on without it. */
	if (write(STDERR_FILENO, line, size) < 0)
		return;
}
