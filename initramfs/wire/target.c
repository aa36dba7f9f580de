/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_status.h"
#include "mount_api.h"

/* Links end at the root, as if it were the process's own; nothing leads out of it. */
#define INSIDE (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)
#define LINKS_MAX 40

static int make_here(int parent, const char *name, bool directory)
{
	int fd;

	if (directory)
		return mkdirat(parent, name, 0755);
	fd = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0755);
	if (fd < 0)
		return -1;
	return close(fd);
}

/* Replaces the dangling link at path[0..end) by where it points: its target, then the rest. */
static int link_follow(int parent, char path[PATH_MAX], size_t start, size_t end)
{
	char name[NAME_MAX + 1], target[PATH_MAX], rest[PATH_MAX];
	ssize_t length;
	int written;

	snprintf(name, sizeof(name), "%.*s", (int)(end - start), path + start);
	length = readlinkat(parent, name, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	strcpy(rest, path + end);
	if (target[0] == '/')
		start = 0;
	written = snprintf(path + start, PATH_MAX - start, "%s%s", target, rest);
	if (written < 0 || (size_t)written >= PATH_MAX - start) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

/* Makes the component path[start..end), whose parents are there. 1 = it was a link that points
 * nowhere, and `path` now says where. */
static int component_make(int root, char path[PATH_MAX], size_t start, size_t end, bool directory)
{
	char name[NAME_MAX + 1], above[PATH_MAX];
	int parent, status = -1;

	if (end - start > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(end - start), path + start);
	snprintf(above, sizeof(above), "%.*s/", (int)start, path);
	parent = path_open(root, above, O_PATH | O_DIRECTORY, 0, INSIDE);
	if (parent < 0)
		return -1;
	if (make_here(parent, name, directory) == 0)
		status = 0;
	else if (errno == EEXIST && link_follow(parent, path, start, end) == 0)
		status = 1;
	close(parent);
	return status;
}

int target_open(int root, const char *wanted, int directory)
{
	char path[PATH_MAX];
	size_t end = 0;
	int links = 0;

	if (strlen(wanted) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(path, wanted);
	for (;;) {
		size_t start = end + strspn(path + end, "/");
		char prefix[PATH_MAX];
		bool last;
		int fd, made = 0;

		end = start + strcspn(path + start, "/");
		last = path[end + strspn(path + end, "/")] == '\0';
		snprintf(prefix, sizeof(prefix), "/%.*s", (int)end, path);
		fd = path_open(root, prefix, O_PATH, 0, INSIDE);
		if (fd < 0 && errno == ENOENT) {
			made = component_make(root, path, start, end, !last || directory);
			if (made == 0)
				fd = path_open(root, prefix, O_PATH, 0, INSIDE);
		}
		if (made > 0) {
			end = 0;
			if (++links <= LINKS_MAX)
				continue;
			errno = ELOOP;
		}
		if (fd < 0 || last)
			return fd;
		close(fd);
	}
}

int target_parent(int root, const char *path, const char **name)
{
	char above[PATH_MAX];

	*name = strrchr(path, '/');
	if (!*name || !(*name)[1] || strlen(path) >= sizeof(above)) {
		errno = EINVAL;
		return -1;
	}
	snprintf(above, sizeof(above), "%.*s", (int)(*name - path), path);
	++*name;
	return target_open(root, above[0] ? above : "/", true);
}

bool target_is_root(int root, int target)
{
	struct file_status there, here;

	return file_status_known(root, &there) == 0 && file_status_known(target, &here) == 0 &&
	       there.mount == here.mount && there.ino == here.ino &&
	       there.dev_major == here.dev_major && there.dev_minor == here.dev_minor;
}
