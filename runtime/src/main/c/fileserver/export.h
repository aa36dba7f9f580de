/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_EXPORT_H
#define XEN_RUNC_FILESERVER_EXPORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"
#include "source.h"

struct node;
struct message;

#define EXPORT_DEVICES 64 /* file systems of one export that get inode numbers of their own */

/* One file tree of the container, which the guest mounts, and the state of its stream. */
struct export
{
	uint32_t number;
	bool readonly;	     /* every mount of the export is read-only */
	uint32_t mode;	     /* st_mode of the root */
	uint64_t host_flags; /* MS_NOSUID, MS_NODEV, MS_NOEXEC of the host's mount at the source */
	int mount_fd; /* a private clone of the mounts below the root; O_PATH to the root itself */
	bool acl;     /* the file system has POSIX ACLs */
	atomic_bool started; /* INIT was answered */
	atomic_bool closed;  /* the stream has ended: the server drops what still comes */
	struct node *root;
	/* st_dev of each file system seen below the root, in the order of seeing; first the root's.
	 */
	uint64_t devices[EXPORT_DEVICES];
	unsigned int device_count;
	struct message *partial;    /* the message being assembled; NULL between messages */
	atomic_uint window_used;    /* bytes that came and that no WINDOW gave back yet */
	atomic_uint window_pending; /* of these, the bytes of messages that are answered */
};

/* Every export of the container, by number; NULL where there is none. */
extern struct export *exports[EXPORT_MAX];

/* Opens an export with the mounts that the calling process has. Returns 0, or an errno and a text
 * for the user. */
int export_open(const struct source *source, char *text, size_t text_size);

/* Writes one line about `export` to the log. */
void export_log(const struct export *export, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
