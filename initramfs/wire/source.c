/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mount_api.h"
#include "protocol.h"

bool source_take(struct payload export, struct source *source)
{
	source->number = payload_u32(export, FIELD_NUMBER, EXPORT_MAX);
	source->flags = payload_u64(export, FIELD_FLAGS, 0);
	source->recursive_flags = payload_u64(export, FIELD_RECURSIVE_FLAGS, 0);
	return payload_text(export, FIELD_PATH, source->path) && source->path[0] &&
	       source->number < EXPORT_MAX;
}

int source_open(const struct source *source)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, source->path, OPEN_TREE_CLOEXEC);
}

int source_clone(const struct source *source, int fd, uint64_t every)
{
	int clone = mount_copy(fd, (source->flags & MS_REC) != 0);

	if (clone >= 0 && (mount_change(clone, every, 0, MS_PRIVATE | MS_REC) ||
			   mount_change(clone, source->flags, 0, 0) ||
			   mount_change(clone, source->recursive_flags, 0, MS_REC))) {
		int error = errno;

		close(clone);
		errno = error;
		return -1;
	}
	return clone;
}
