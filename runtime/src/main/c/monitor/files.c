/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "mount_api.h"
#include "source.h"
#include "target.h"

/* The mode of a tmpfs that is told none, and which it takes from a directory that is there. */
#define TMPFS_MODE 01777

/* Something empty over a place where the container has a file system of its guest's. */
struct cover {
	int mount;
	dev_t device;
};

struct files {
	const struct spawn *spawn;
	int root;
	struct cover *covers; /* to be made read-only when all targets are made */
	size_t cover_count;
};

/* MOUNT{TYPE TARGET [NUMBER]}. */
struct destination {
	char type[64], target[TEXT_SIZE];
	uint32_t number; /* the export's that is seen there; EXPORT_MAX = none */
};

static bool destination_take(struct payload mount, struct destination *destination)
{
	destination->number = payload_u32(mount, FIELD_NUMBER, EXPORT_MAX);
	payload_text_of(mount, FIELD_TYPE, destination->type, sizeof(destination->type));
	payload_text(mount, FIELD_TARGET, destination->target);
	return destination->target[0] == '/';
}

/* The export's mounts, attached nowhere. -1 with errno. */
static int export_clone(const struct spawn *spawn, uint32_t number)
{
	struct field_reader reader = payload_reader(spawn->payload);
	struct source source;
	struct field field;
	int fd, clone;

	source.number = EXPORT_MAX;
	while (source.number != number && payload_next(&reader, FIELD_EXPORT, &field))
		if (!source_take(payload_group(&field), &source))
			break;
	if (source.number != number) {
		errno = EBADMSG;
		return -1;
	}
	fd = source_open(&source);
	clone = fd < 0 ? -1 : source_clone(&source, fd, 0);
	if (fd >= 0)
		close(fd);
	return clone;
}

/* A place that cannot be made is the agent's to tell of: it fails at the same, and the container
 * does not start. */
static int destination_missing(const struct destination *destination)
{
	log_warn("show the mount at %s: %s", destination->target, errno_text(errno));
	return 0;
}

/* A mount over the root is what later places are found in. */
static void root_replace(struct files *files, int mount)
{
	close(files->root);
	files->root = mount;
}

static int volume_show(struct files *files, const struct destination *destination)
{
	int mount = export_clone(files->spawn, destination->number), target, result = 0;
	struct stat mounted, there;
	bool is_root = false;

	if (mount < 0 || fstat(mount, &mounted))
		return -1;
	target = target_open(files->root, destination->target, S_ISDIR(mounted.st_mode));
	if (target < 0 || fstat(target, &there)) {
		destination_missing(destination);
	} else if (S_ISDIR(mounted.st_mode) != S_ISDIR(there.st_mode)) {
		errno = ENOTDIR;
		destination_missing(destination);
	} else {
		is_root = target_is_root(files->root, target);
		result = mount_attach(mount, target);
	}
	if (target >= 0)
		close(target);
	if (is_root && result == 0)
		root_replace(files, mount);
	else
		close(mount);
	return result;
}

static bool covered(const struct files *files, dev_t device)
{
	for (size_t i = 0; i < files->cover_count; i++)
		if (files->covers[i].device == device)
			return true;
	return false;
}

static int cover_attach(struct files *files, int target)
{
	bool is_root = target_is_root(files->root, target);
	struct mount_request empty = { .type = "tmpfs",
				       .source = "in-the-guest",
				       .data = "mode=0755",
				       .flags = MS_NOSUID | MS_NODEV | MS_NOEXEC };
	struct cover *cover = &files->covers[files->cover_count];
	struct stat status;

	cover->mount = mount_make(&empty);
	if (cover->mount < 0)
		return -1;
	files->cover_count++;
	if (fstat(cover->mount, &status) || mount_attach(cover->mount, target))
		return -1;
	cover->device = status.st_dev;
	if (is_root) {
		int root = fcntl(cover->mount, F_DUPFD_CLOEXEC, 0);

		if (root < 0)
			return -1;
		root_replace(files, root);
	}
	return 0;
}

/* A directory that was made for a tmpfs must not make the agent take its mode for the image's. */
static int tmpfs_target_open(const struct files *files, const struct destination *destination)
{
	int there = path_open(files->root, destination->target, O_PATH, 0,
			      RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	int made, directory;

	if (there >= 0)
		return there;
	made = target_open(files->root, destination->target, true);
	directory = made < 0 ? -1 : openat(made, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0) {
		fchmod(directory, TMPFS_MODE);
		close(directory);
	}
	return made;
}

/* What is written from the host to where the guest has a file system of its own would be seen by
 * nobody: it must fail. */
static int own_cover(struct files *files, const struct destination *destination)
{
	int target = strcmp(destination->type, "tmpfs") == 0
			 ? tmpfs_target_open(files, destination)
			 : target_open(files->root, destination->target, true);
	struct stat status;
	int result = 0;

	if (target < 0)
		return destination_missing(destination);
	if (fstat(target, &status))
		result = -1;
	else if (S_ISDIR(status.st_mode) && !covered(files, status.st_dev))
		result = cover_attach(files, target);
	close(target);
	return result;
}

static int destinations_show(struct files *files, struct failure *failure)
{
	struct field_reader reader = payload_reader(files->spawn->payload), again = reader;
	struct destination destination;
	struct field field;
	size_t count = 0;

	while (payload_next(&reader, FIELD_MOUNT, &field))
		count++;
	files->covers = calloc(count + 1, sizeof(*files->covers));
	if (!files->covers)
		return failure_errno(failure, errno, "get memory");
	while (payload_next(&again, FIELD_MOUNT, &field)) {
		if (!destination_take(payload_group(&field), &destination))
			return failure_set(failure, EBADMSG, "SPAWN_MONITOR: a malformed MOUNT");
		if (destination.number < EXPORT_MAX ? volume_show(files, &destination)
						    : own_cover(files, &destination))
			return failure_errno(failure, errno, "show the mount at \"%s\"",
					     destination.target);
	}
	for (size_t i = 0; i < files->cover_count; i++)
		if (mount_change(files->covers[i].mount, MS_RDONLY, 0, 0))
			return failure_errno(failure, errno, "make a cover read-only");
	return 0;
}

static void files_close(struct files *files)
{
	for (size_t i = 0; i < files->cover_count; i++)
		close(files->covers[i].mount);
	free(files->covers);
	if (files->root >= 0)
		close(files->root);
}

/* Where only this process's mounts are changed, the root over the host's. */
static int root_attach(struct files *files, struct failure *failure)
{
	int place, result = 0;

	if (unshare(CLONE_NEWNS))
		return failure_errno(failure, errno, "make a mount namespace");
	place = open("/", O_PATH | O_CLOEXEC);
	if (place < 0 || mount_change(place, 0, 0, MS_PRIVATE | MS_REC))
		result = failure_errno(failure, errno, "make all mounts private");
	files->root = result ? -1 : export_clone(files->spawn, 0);
	if (result == 0 && (files->root < 0 || mount_attach(files->root, place)))
		result = failure_errno(failure, errno, "show the root");
	if (place >= 0)
		close(place);
	return result;
}

int files_enter(const struct spawn *spawn, struct failure *failure)
{
	struct files files = { .spawn = spawn, .root = -1 };
	mode_t mask = umask(0);
	int result = root_attach(&files, failure) || destinations_show(&files, failure) ? -1 : 0;

	umask(mask);
	if (result == 0 && spawn->readonly && mount_change(files.root, MS_RDONLY, 0, 0))
		result = failure_errno(failure, errno, "make the root read-only");
	/* The old root lies on the new one until it is detached, see pivot_root(2). */
	if (result == 0 && (fchdir(files.root) || syscall(SYS_pivot_root, ".", ".") ||
			    umount2(".", MNT_DETACH) || chdir("/")))
		result = failure_errno(failure, errno, "enter the container's root");
	files_close(&files);
	return result;
}
