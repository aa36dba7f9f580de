/* SPDX-License-Identifier: Apache-2.0 */
#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

struct export *exports[EXPORT_MAX];

/*
 * A copy of the mounts at and below `fd` that nobody else has: what is mounted there later is not
 * seen, as with runc's default propagation. Nothing here is ever executed or opened as a device,
 * and the host's kernel itself refuses to follow a symbolic link in it.
 */
static int mount_clone(int fd, bool readonly)
{
	struct mount_attr attributes = {
		.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
			    MOUNT_ATTR_NOSYMFOLLOW | (readonly ? (__u64)MOUNT_ATTR_RDONLY : 0),
		.propagation = 1 << 18, /* MS_PRIVATE; sys/mount.h does not go with linux/mount.h */
	};
	int clone =
	    (int)syscall(SYS_open_tree, fd, "",
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);

	if (clone >= 0 && syscall(SYS_mount_setattr, clone, "", AT_EMPTY_PATH | AT_RECURSIVE,
				  &attributes, sizeof(attributes))) {
		int error = errno;

		close(clone);
		errno = error;
		return -1;
	}
	return clone;
}

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

int export_open(uint32_t number, const char *path, bool readonly, char *text, size_t text_size)
{
	struct export *export;
	struct stat status;
	int error, clone = -1;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status)) {
		error = errno;
		snprintf(text, text_size, "export \"%s\": %s", path, strerror(error));
		goto out;
	}
	if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) {
		error = ENOTSUP;
		snprintf(text, text_size,
			 "export \"%s\": is %s; only directories and regular files can be shared "
			 "with a guest",
			 path, kind_of(status.st_mode));
		goto out;
	}
	clone = mount_clone(fd, readonly);
	export = clone < 0 ? NULL : calloc(1, sizeof(*export));
	if (!export) {
		error = errno;
		snprintf(text, text_size, "export \"%s\": clone its mounts: %s", path,
			 strerror(error));
		goto out;
	}
	*export = (struct export){
		.number = number,
		.readonly = readonly,
		.mode = status.st_mode,
		.mount_fd = clone,
	};
	exports[number] = export;
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
	/* One write, one line; if the log does not take it, the server goes on. */
	if (write(STDERR_FILENO, line, size) < 0)
		return;
}
