/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptor.h"

#include <fcntl.h>
#include <linux/major.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Opened anew, these do the same: pipes, terminals, and /dev/null and its like (major 1). */
static bool descriptor_is_reopenable(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return false;
	return S_ISFIFO(status.st_mode) ||
	       (S_ISCHR(status.st_mode) && (isatty(fd) || major(status.st_rdev) == MEM_MAJOR));
}

void descriptor_own(int fd)
{
	int mode = fcntl(fd, F_GETFL) & O_ACCMODE, own;
	char path[32];

	if (!descriptor_is_reopenable(fd))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return;
	dup3(own, fd, O_CLOEXEC);
	close(own);
}
