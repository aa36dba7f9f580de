/* SPDX-License-Identifier: Apache-2.0 */
#include "masks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "mount_api.h"

/* What covers a path: an empty file or an empty directory. One of each serves all paths. */
struct masks {
	int file, directory;
	bool directory_shown; /* it is attached, and can be copied */
};

static noreturn void mask_fail(const char *what, const char *path)
{
	child_fail(errno, "%s %s: %s", what, path, child_error(errno));
}

/* The place to cover; ENOENT or ENOTDIR if the container lacks it, and then it needs no mask. */
static int mask_target(int root, const char *path)
{
	return path_open(root, path, O_PATH, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

/* Linux before 6.15 copies only what is attached: the first place gets the mount itself. */
static int mask_directory(struct masks *masks)
{
	if (masks->directory_shown)
		return mount_copy(masks->directory, 0);
	masks->directory_shown = true;
	return fcntl(masks->directory, F_DUPFD_CLOEXEC, 0);
}

static void mask_path(int root, const char *path, struct masks *masks)
{
	int copy, target = mask_target(root, path);
	struct stat status;

	if (target < 0 && (errno == ENOENT || errno == ENOTDIR))
		return;
	if (target < 0 || fstat(target, &status) < 0)
		mask_fail("mask", path);
	copy = S_ISDIR(status.st_mode) ? mask_directory(masks) : mount_copy(masks->file, 0);
	if (copy < 0 || mount_attach(copy, target) < 0)
		mask_fail("mask", path);
	close(copy);
	close(target);
}

static void path_read_only(int root, const char *path)
{
	int copy, target = mask_target(root, path);

	if (target < 0 && (errno == ENOENT || errno == ENOTDIR))
		return;
	copy = target < 0 ? -1 : mount_copy(target, 1);
	if (copy < 0 || mount_change(copy, MS_RDONLY, 0, 0) < 0 || mount_attach(copy, target) < 0)
		mask_fail("make read-only", path);
	close(copy);
	close(target);
}

void masks_make(int root, struct payload prepare)
{
	struct mount_request empty = { .type = "tmpfs",
				       .data = "size=0,nr_inodes=1",
				       .flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC };
	struct masks masks = { .file = open("/dev/null", O_PATH | O_CLOEXEC),
			       .directory = mount_make(&empty) };
	struct field_reader reader = payload_reader(prepare);
	char path[TEXT_SIZE];
	struct field field;

	if (masks.file < 0 || masks.directory < 0)
		mask_fail("mask", "with /dev/null or an empty tmpfs");
	while (field_next(&reader, &field)) {
		if (field.tag != FIELD_MASKED_PATH && field.tag != FIELD_READONLY_PATH)
			continue;
		field_text(&field, path, sizeof(path));
		if (field.tag == FIELD_MASKED_PATH)
			mask_path(root, path, &masks);
		else
			path_read_only(root, path);
	}
	close(masks.file);
	close(masks.directory);
}
