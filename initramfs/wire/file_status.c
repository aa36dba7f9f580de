/* SPDX-License-Identifier: Apache-2.0 */
#include "file_status.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* statx(2)'s request masks; sys/stat.h of musl has them only from 1.2.5 on. */
#define MASK_BASIC_STATS 0x000007ffu
#define MASK_BTIME 0x00000800u
#define MASK_MNT_ID 0x00001000u
#define DONT_SYNC 0x4000 /* AT_STATX_DONT_SYNC */

static_assert(sizeof(struct file_status) == 256, "statx(2) writes 256 bytes");

static int status_get(int fd, const char *name, int flags, struct file_status *status)
{
	flags |= AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
	if (syscall(SYS_statx, fd, name, flags, MASK_BASIC_STATS | MASK_BTIME | MASK_MNT_ID,
		    status))
		return errno;
	return 0;
}

int file_status_read(int fd, const char *name, struct file_status *status)
{
	return status_get(fd, name, 0, status);
}

int file_status_known(int fd, struct file_status *status)
{
	return status_get(fd, "", DONT_SYNC, status);
}
