/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "probe.h"

static const char *type_of(mode_t mode)
{
	return S_ISCHR(mode)   ? "char"
	       : S_ISBLK(mode) ? "block"
	       : S_ISDIR(mode) ? "directory"
	       : S_ISLNK(mode) ? "link"
			       : "other";
}

static void device(const char *name)
{
	char path[512], target[256] = "";
	struct stat status;

	snprintf(path, sizeof(path), "/dev/%s", name);
	if (lstat(path, &status))
		return;
	json_open(name, '{');
	json_text("type", type_of(status.st_mode));
	if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
		json_number("major", major(status.st_rdev));
		json_number("minor", minor(status.st_rdev));
	}
	if (S_ISLNK(status.st_mode) && readlink(path, target, sizeof(target) - 1) > 0)
		json_text("target", target);
	if (!S_ISLNK(status.st_mode))
		json_number("mode", status.st_mode & 07777);
	json_number("uid", status.st_uid);
	json_number("gid", status.st_gid);
	json_close('}');
}

/* What a device that anyone could make opens: "ok", or the kernel's no. */
static void node_try(const char *key, unsigned int major, unsigned int minor)
{
	const char *path = "/dev/probe-node";
	int fd = -1;

	if (mknod(path, S_IFCHR | 0600, makedev(major, minor)) == 0)
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	json_outcome(key, fd < 0);
	if (fd >= 0)
		close(fd);
	unlink(path);
}

void probe_devices(void)
{
	DIR *directory = opendir("/dev");
	struct dirent *entry;
	int fd;

	json_open("devices", '{');
	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			device(entry->d_name);
	if (directory)
		closedir(directory);
	json_close('}');
	json_open("nodes", '{');
	node_try("null", 1, 3);
	node_try("mem", 1, 1);
	node_try("kmsg", 1, 11);
	node_try("port", 1, 4);
	node_try("console", 5, 1);
	node_try("disk", 8, 0);
	json_close('}');
	fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	json_outcome("ptmx_opens", fd < 0);
	if (fd >= 0)
		close(fd);
	fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	json_outcome("tty_opens", fd < 0);
	if (fd >= 0)
		close(fd);
}
