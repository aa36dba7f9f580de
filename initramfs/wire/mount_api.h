/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_MOUNT_API_H
#define XEN_RUNC_WIRE_MOUNT_API_H

#include <stdint.h>

/*
 * The kernel's mount interface by descriptors, fsopen(2), open_tree(2), move_mount(2): a mount is
 * made first and attached to an open place then, so that no path is looked up twice. -1 with errno.
 */
struct mount_request {
	const char *type;
	const char *source; /* NULL = the type */
	const char *data;   /* the file system's options, comma separated; NULL = none */
	uint64_t flags;	    /* MS_* */
};

/* What the file system said about the last failure; empty if nothing. */
extern char mount_reason[256];

/* Makes a mount that is attached nowhere. */
int mount_make(const struct mount_request *request);
/* Gives the mount that the O_PATH descriptor `target` is open on other flags and its file system
 * other options, as MS_REMOUNT does; EINVAL if nothing is mounted right there. */
int mount_again(const struct mount_request *request, int target);
/* Gives that mount these MS_* and no others, as MS_REMOUNT with MS_BIND does: the way of keeping
 * atime stays if they name none. */
int mount_flags_again(int target, uint64_t flags);
/* A copy, attached nowhere, of what is mounted at the O_PATH descriptor `fd`; with everything
 * mounted below it if `recursive`. */
int mount_copy(int fd, int recursive);
/* Attaches it at the place that the O_PATH descriptor `target` is open on. */
int mount_attach(int mount_fd, int target);
/* Sets and clears MS_RDONLY, MS_NOSUID, … and the propagation of a mount; with MS_REC in
 * `propagation` of all that is mounted below it, too. */
int mount_change(int mount_fd, uint64_t set, uint64_t clear, uint64_t propagation);

/* openat2(2) with `resolve` in RESOLVE_*. */
int path_open(int root, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

#endif
