/* SPDX-License-Identifier: Apache-2.0 */
#include "copy_up.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define BLOCK_SIZE 65536
/* Each level holds two descriptors. */
#define DEPTH_MAX 128

char copy_up_failure[256];

/* One name in two directories. */
struct entry {
	int from, to;
	const char *name;
	struct stat status;
};

static int failed(const char *step, const char *name)
{
	/* The innermost call says it; its callers pass it on. */
	if (!copy_up_failure[0])
		snprintf(copy_up_failure, sizeof(copy_up_failure), "%s %s", step, name);
	return -1;
}

/* Leaves out the attributes that a tmpfs cannot hold: those of other namespaces than security and
 * user, or all. */
static int attributes_copy(int from, int to, const char *name)
{
	char names[XATTR_LIST_MAX], value[XATTR_SIZE_MAX];
	ssize_t length = flistxattr(from, names, sizeof(names));

	if (length < 0)
		return errno == ENOTSUP ? 0 : failed("listxattr", name);
	for (char *key = names; key < names + length; key += strlen(key) + 1) {
		ssize_t size = fgetxattr(from, key, value, sizeof(value));

		if (size < 0 && errno != ENODATA && errno != ENOTSUP)
			return failed("getxattr", name);
		if (size >= 0 && fsetxattr(to, key, value, (size_t)size, 0) < 0 && errno != ENOTSUP)
			return failed("setxattr", name);
	}
	return 0;
}

/* The owner first: chown takes the set-user-ID bit and file capabilities away. */
static int owner_copy(const struct entry *entry)
{
	const struct stat *status = &entry->status;

	if (fchownat(entry->to, entry->name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW))
		return failed("lchown", entry->name);
	if (!S_ISLNK(status->st_mode) &&
	    fchmodat(entry->to, entry->name, status->st_mode & 07777, 0) < 0)
		return failed("chmod", entry->name);
	return 0;
}

static int times_copy(const struct entry *entry)
{
	struct timespec times[2] = { entry->status.st_atim, entry->status.st_mtim };

	if (utimensat(entry->to, entry->name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return failed("utimes", entry->name);
	return 0;
}

static int block_write(int to, const char *block, size_t length)
{
	/* A block of zeroes becomes a hole, which takes no memory. */
	if (block[0] == 0 && memcmp(block, block + 1, length - 1) == 0)
		return lseek(to, (off_t)length, SEEK_CUR) < 0 ? -1 : 0;
	while (length) {
		ssize_t put = write(to, block, length);

		if (put < 0)
			return -1;
		block += put;
		length -= (size_t)put;
	}
	return 0;
}

static int content_copy(int from, int to, const char *name)
{
	char block[BLOCK_SIZE];
	ssize_t got;
	off_t size;

	while ((got = read(from, block, sizeof(block))) > 0)
		if (block_write(to, block, (size_t)got) < 0)
			return failed("write", name);
	if (got < 0)
		return failed("read", name);
	size = lseek(to, 0, SEEK_CUR);
	return size < 0 || ftruncate(to, size) < 0 ? failed("write", name) : 0;
}

static int file_copy(const struct entry *entry)
{
	const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int from = openat(entry->from, entry->name, flags | O_RDONLY);
	int to, status = -1;

	if (from < 0)
		return failed("open", entry->name);
	to = openat(entry->to, entry->name, flags | O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (to < 0)
		failed("open", entry->name);
	else if (content_copy(from, to, entry->name) == 0 && owner_copy(entry) == 0)
		status = attributes_copy(from, to, entry->name);
	close(from);
	if (to >= 0)
		close(to);
	return status;
}

static int link_copy(const struct entry *entry)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(entry->from, entry->name, target, sizeof(target) - 1);

	if (length < 0)
		return failed("readlink", entry->name);
	target[length] = '\0';
	if (symlinkat(target, entry->to, entry->name) < 0)
		return failed("symlink", entry->name);
	return owner_copy(entry);
}

static int node_copy(const struct entry *entry)
{
	mode_t mode = entry->status.st_mode;

	/* A socket without its program is of no use, and bind(2) would refuse the name. */
	if (S_ISSOCK(mode))
		return 0;
	if (mknodat(entry->to, entry->name, (mode & S_IFMT) | 0600, entry->status.st_rdev) < 0)
		return failed("mknod", entry->name);
	return owner_copy(entry);
}

static int directory_copy(int from, int to, int depth);

static int below_copy(const struct entry *entry, int depth)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int from, to, status = -1;

	if (depth == DEPTH_MAX) {
		errno = ENAMETOOLONG;
		return failed("mkdir", entry->name);
	}
	if (mkdirat(entry->to, entry->name, 0700) < 0)
		return failed("mkdir", entry->name);
	from = openat(entry->from, entry->name, flags);
	to = openat(entry->to, entry->name, flags);
	if (from < 0 || to < 0)
		failed("open", entry->name);
	else if (directory_copy(from, to, depth + 1) == 0 && owner_copy(entry) == 0)
		status = attributes_copy(from, to, entry->name);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return status;
}

static int entry_copy(const struct entry *entry, int depth)
{
	int status;

	if (S_ISDIR(entry->status.st_mode))
		status = below_copy(entry, depth);
	else if (S_ISREG(entry->status.st_mode))
		status = file_copy(entry);
	else if (S_ISLNK(entry->status.st_mode))
		status = link_copy(entry);
	else
		return node_copy(entry);
	return status < 0 ? status : times_copy(entry);
}

/* One name of the directory; 1 = there is another, 0 = none, -1 = failed. */
static int next_copy(DIR *directory, int from, int to, int depth)
{
	struct entry entry = { .from = from, .to = to };
	struct dirent *found;

	errno = 0;
	found = readdir(directory);
	if (!found)
		return errno ? failed("readdir", ".") : 0;
	entry.name = found->d_name;
	if (strcmp(entry.name, ".") == 0 || strcmp(entry.name, "..") == 0)
		return 1;
	if (fstatat(from, entry.name, &entry.status, AT_SYMLINK_NOFOLLOW) < 0)
		return failed("lstat", entry.name);
	return entry_copy(&entry, depth) < 0 ? -1 : 1;
}

static int directory_copy(int from, int to, int depth)
{
	int more, saved, again = fcntl(from, F_DUPFD_CLOEXEC, 0);
	DIR *directory = again < 0 ? NULL : fdopendir(again);

	if (!directory)
		return failed("open", ".");
	do {
		more = next_copy(directory, from, to, depth);
	} while (more > 0);
	saved = errno;
	closedir(directory);
	errno = saved;
	return more;
}

int copy_up(int from, int to)
{
	int source = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int target = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct entry root = { .from = source, .to = target, .name = "." };
	int status = -1;

	copy_up_failure[0] = '\0';
	if (source < 0 || target < 0 || fstat(source, &root.status) < 0)
		failed("open", ".");
	else if (directory_copy(source, target, 0) == 0 && owner_copy(&root) == 0)
		status = attributes_copy(source, target, ".");
	if (source >= 0)
		close(source);
	if (target >= 0)
		close(target);
	return status;
}
