/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_OPERATION_H
#define XEN_RUNC_FILESERVER_OPERATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * FUSE's operations, and what the message of each holds. request.c decodes every message by this
 * description, so an operation only acts: it finds its arguments, checked, in struct request.
 *
 * After the header a message holds a struct, then a name, a target and data, each if there is one.
 */
struct request;

/* Serves or checks a decoded message. Returns 0 (the reply is made), an errno for the guest, or one
 * of the values below. */
typedef int request_operation(struct request *request);

#define REQUEST_NONSENSE (-1) /* the guest broke the protocol; request->nonsense says how */
#define REQUEST_ENOSYS (-2)   /* the guest's kernel shall never send this operation again */

enum {
	MODIFIES = 1 << 0, /* a read-only export refuses it, before the host's kernel would */
	SILENT = 1 << 1,   /* it has no reply */
	UNREAD = 1 << 2,   /* its answer does not depend on the body, which may be anything */
	/* What request.c fetches and releases. */
	ON_NODE = 1 << 3,      /* the header's node */
	ON_FILE = 1 << 4,      /* an open file of that node; its number begins the struct */
	ON_DIRECTORY = 1 << 5, /* an open directory of that node, likewise */
	TO_NODE = 1 << 6,      /* a second node; its number begins the struct */
	TO_FILE = 1 << 7,      /* the second open file of struct fuse_copy_file_range_in */
};

enum text {
	NO_TEXT,
	NAME, /* a file's name: one component of a path, at most NAME_MAX bytes */
	TEXT, /* any bytes up to a NUL */
};

struct operation {
	request_operation *serve; /* NULL: FUSE has no such operation */
	/* Refuses a decoded message before anything is fetched for it; may be NULL. */
	request_operation *check;
	unsigned int flags;
	size_t in; /* the size of the struct */
	enum text name, target;
	/* Data of as many units as the uint32_t at offset `count` of the struct says. */
	struct {
		size_t count, unit;
	} data;
};

/* What the message of an opcode holds; NULL if no kernel sends that opcode. */
const struct operation *operation_find(uint32_t opcode);

/* struct fuse_statx_in of FUSE 7.39; Debian 12's linux/fuse.h ends at 7.38. */
struct statx_in {
	uint32_t getattr_flags, reserved;
	uint64_t handle;
	uint32_t flags, mask;
};

/* The operations, by FUSE's names, and the checks. */
request_operation op_init, op_statfs;				       /* op_export.c */
request_operation op_lookup, op_forget, op_batch_forget, op_readlink;  /* op_lookup.c */
request_operation op_getattr, op_setattr, op_statx;		       /* op_attr.c */
request_operation op_create, op_tmpfile, op_mkdir, op_symlink;	       /* op_create.c */
request_operation op_mknod, check_mknod;			       /* op_create.c */
request_operation op_link, op_unlink, op_rmdir, op_rename, op_rename2; /* op_name.c */
request_operation op_open, op_release, op_read, check_read, op_write, op_fsync, op_fallocate,
    op_lseek, check_lseek, op_copy_file_range; /* op_file.c */
request_operation op_opendir, op_readdir, op_readdirplus, op_releasedir, op_fsyncdir; /* op_dir.c */
request_operation op_setxattr, op_getxattr, op_listxattr, op_removexattr,
    check_xattr; /* op_xattr.c */

#endif
