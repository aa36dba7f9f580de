/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_REQUEST_H
#define XEN_RUNC_FILESERVER_REQUEST_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "file_status.h"

/* The most data of one READ or WRITE: 32 pages, the kernel's own default for a request. */
#define TRANSFER_MAX 131072u
/* The longest message of the guest: a WRITE with its headers, and room for what may be larger one
 * day. docs/protocol.md tells it to the agent. */
#define MESSAGE_MAX (TRANSFER_MAX + 4096u)
#define REPLY_MAX (sizeof(struct fuse_out_header) + TRANSFER_MAX)

/* A private copy of one message. */
struct message {
	size_t length; /* bytes so far */
	struct message *next;
	_Alignas(16) uint8_t bytes[MESSAGE_MAX];
};

/* The answer being made: a fuse_out_header and what follows it. */
struct reply {
	size_t length;
	_Alignas(16) uint8_t bytes[REPLY_MAX];
};

/* One message, while a worker serves it. */
struct request {
	struct export *export;
	struct fuse_in_header header;
	const uint8_t *body; /* what follows the header; aligned for any of its structs */
	size_t length;
	size_t taken; /* bytes of the body that were read */
	struct reply *reply;
	const char *nonsense; /* why the message is none that a kernel sends */
};

/* What an operation returns beside 0 (reply made) and an errno (to be told the guest). */
#define REQUEST_NONSENSE (-1) /* the guest broke the protocol; request->nonsense says how */
#define REQUEST_SILENT (-2)   /* this message has no reply */
#define REQUEST_ENOSYS (-3)   /* tell the kernel that it need never ask again */

/* What follows, `size` bytes of the body, or NULL after setting nonsense. */
const void *request_take(struct request *request, size_t size);
/* One file name, a single component. Returns 0, ENAMETOOLONG or REQUEST_NONSENSE. */
int request_name(struct request *request, const char **name);
/* Any text with its NUL. Returns 0 or REQUEST_NONSENSE. */
int request_text(struct request *request, const char **text);
/* Whether all was taken. Returns 0 or REQUEST_NONSENSE. Call before acting. */
int request_end(struct request *request);
int request_nonsense(struct request *request, const char *why);

/* Adds `size` zero bytes to the reply, and returns them. The caller knows that they fit. */
void *reply_take(struct request *request, size_t size);
/* How many bytes still fit. */
size_t reply_room(const struct request *request);
/* Gives back what was taken after `length` bytes of the reply. */
void reply_cut(struct request *request, size_t length);

/* Serves one whole message; the reply is in `reply`, its length 0 if there is none. Returns false
 * if the guest broke the protocol: then the export's stream must be closed. */
bool request_serve(struct export *export, const struct message *message, struct reply *reply);

/* The operations, by FUSE's names. Each takes its own arguments out of the body. */
typedef int request_operation(struct request *request);

request_operation op_init, op_statfs;					 /* op_export.c */
request_operation op_lookup, op_forget, op_batch_forget, op_readlink;	 /* op_lookup.c */
request_operation op_getattr, op_setattr, op_statx;			 /* op_attr.c */
request_operation op_create, op_mknod, op_mkdir, op_symlink, op_tmpfile; /* op_create.c */
request_operation op_link, op_unlink, op_rmdir, op_rename, op_rename2;	 /* op_name.c */
request_operation op_open, op_release, op_read, op_write, op_fsync, op_fallocate, op_lseek,
    op_copy_file_range; /* op_file.c */
request_operation op_opendir, op_readdir, op_readdirplus, op_releasedir, op_fsyncdir; /* op_dir.c */
request_operation op_setxattr, op_getxattr, op_listxattr, op_removexattr; /* op_xattr.c */

#endif
