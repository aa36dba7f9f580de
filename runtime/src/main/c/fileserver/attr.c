/* SPDX-License-Identifier: Apache-2.0 */
#include "attr.h"

#include <pthread.h>

static unsigned int device_number(struct export *export, uint64_t device)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	unsigned int i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < export->device_count; i++) {
		if (export->devices[i] == device)
			break;
	}
	if (i == export->device_count && i < EXPORT_DEVICES)
		export->devices[export->device_count++] = device;
	pthread_mutex_unlock(&lock);
	return i;
}

uint64_t attr_ino(struct export *export, const struct file_status *status)
{
	uint64_t device = (uint64_t)status->dev_major << 32 | status->dev_minor;

	return status->ino ^ (uint64_t)device_number(export, device) << 56;
}

void attr_fill(struct export *export, const struct file_status *status, struct fuse_attr *attr)
{
	uint32_t major = status->rdev_major, minor = status->rdev_minor;

	*attr = (struct fuse_attr){
		.ino = attr_ino(export, status),
		.size = status->size,
		.blocks = status->blocks,
		.atime = (uint64_t)status->accessed.seconds,
		.mtime = (uint64_t)status->modified.seconds,
		.ctime = (uint64_t)status->changed.seconds,
		.atimensec = status->accessed.nanoseconds,
		.mtimensec = status->modified.nanoseconds,
		.ctimensec = status->changed.nanoseconds,
		.mode = status->mode,
		.nlink = status->links,
		.uid = status->uid,
		.gid = status->gid,
		/* as the kernel's new_encode_dev() */
		.rdev = (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12,
		.blksize = status->block_size,
	};
}

void attr_fill_entry(struct export *export, const struct file_status *status, uint64_t id,
		     struct fuse_entry_out *entry)
{
	entry->nodeid = id;
	entry->entry_valid_nsec = VALID_NANOSECONDS;
	entry->attr_valid_nsec = VALID_NANOSECONDS;
	attr_fill(export, status, &entry->attr);
}
