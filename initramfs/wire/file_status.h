/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_FILE_STATUS_H
#define XEN_RUNC_WIRE_FILE_STATUS_H

#include <stdint.h>

struct file_time {
	int64_t seconds;
	uint32_t nanoseconds;
	int32_t reserved;
};

/*
 * What statx(2) says of a file, as the kernel lays it out. Not the C library's struct: musl's has
 * no mount id, and FUSE_STATX wants exactly these bytes.
 */
struct file_status {
	uint32_t mask;
	uint32_t block_size;
	uint64_t attributes;
	uint32_t links;
	uint32_t uid;
	uint32_t gid;
	uint16_t mode;
	uint16_t reserved;
	uint64_t ino;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	struct file_time accessed, born, changed, modified;
	uint32_t rdev_major, rdev_minor;
	uint32_t dev_major, dev_minor;
	uint64_t mount; /* mount id */
	uint64_t reserved2[13];
};

/* Reads the status of `name` in the directory `fd`, or of `fd` itself if the name is empty. A
 * symbolic link is not followed. `name` is at most one component, so nothing else can be reached.
 * Returns 0 or an errno. */
int file_status_read(int fd, const char *name, struct file_status *status);
/* The same of `fd` itself, as far as the kernel knows it: asks no server of a network file system.
 */
int file_status_known(int fd, struct file_status *status);

#endif
