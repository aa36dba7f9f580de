/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mount_api.h"
#include "protocol.h"

bool source_parse(const struct field *group, struct source *source)
{
	struct field_reader reader = field_group(group);
	struct field field;
	bool good = true;

	source->number = EXPORT_MAX;
	source->path[0] = '\0';
	source->flags = source->recursive_flags = 0;
	while (good && field_next(&reader, &field)) {
		if (field.tag == FIELD_NUMBER)
			good = field_u32(&field, &source->number);
		else if (field.tag == FIELD_PATH)
			good = field_text(&field, source->path, sizeof(source->path));
		else if (field.tag == FIELD_FLAGS)
			good = field_u64(&field, &source->flags);
		else if (field.tag == FIELD_RECURSIVE_FLAGS)
			good = field_u64(&field, &source->recursive_flags);
		else
			good = false;
	}
	return good && !reader.bad && source->path[0] && source->number < EXPORT_MAX;
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
