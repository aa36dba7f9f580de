/* SPDX-License-Identifier: Apache-2.0 */
#include "self.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

const char *self_path(int fd, char path[SELF_SIZE])
{
	snprintf(path, SELF_SIZE, "%d", fd);
	return path;
}

int self_open(const struct node *node, int flags)
{
	char path[SELF_SIZE];

	if (node->type != (flags & O_DIRECTORY ? S_IFDIR : S_IFREG)) {
		errno = node->type == S_IFDIR	? EISDIR
			: flags & O_DIRECTORY	? ENOTDIR
			: node->type == S_IFLNK ? ELOOP
						: ENXIO;
		return -1;
	}
	return openat(AT_FDCWD, self_path(node->fd, path),
		      flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}
