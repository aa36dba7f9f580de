/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include <errno.h>
#include <linux/fuse.h>

/* Opcodes newer than the headers of Debian 12, and where the kernel's next ones will lie: their
 * kernels ask once and make do with ENOSYS. */
#define OPCODE_STATX 52
#define OPCODE_NEWEST 127

/* INTERRUPT: each operation waits for nothing but the disk, so its answer comes soon enough.
 * DESTROY: the END of the stream follows and releases everything. */
static int op_nothing(struct request *request)
{
	(void)request;
	return 0;
}

static int op_unknown(struct request *request)
{
	(void)request;
	return REQUEST_ENOSYS;
}

static int op_ioctl(struct request *request)
{
	(void)request;
	return ENOTTY;
}

static const struct operation unknown = { .serve = op_unknown, .flags = UNREAD };

#define HOLDS(type) .in = sizeof(struct type)
#define BYTES(type, size) HOLDS(type), .data = { offsetof(struct type, size), 1 }
#define RECORDS(type, count, record)                                                               \
	HOLDS(type), .data = { offsetof(struct type, count), sizeof(struct record) }

static const struct operation operations[] = {
	[FUSE_LOOKUP] = { op_lookup, .flags = ON_NODE, .name = NAME },
	[FUSE_FORGET] = { op_forget, .flags = SILENT, HOLDS(fuse_forget_in) },
	[FUSE_GETATTR] = { op_getattr, .flags = ON_NODE, HOLDS(fuse_getattr_in) },
	[FUSE_SETATTR] = { op_setattr, .flags = MODIFIES | ON_NODE, HOLDS(fuse_setattr_in) },
	[FUSE_READLINK] = { op_readlink, .flags = ON_NODE },
	[FUSE_SYMLINK] = { op_symlink, .flags = MODIFIES | ON_NODE, .name = NAME, .target = TEXT },
	[FUSE_MKNOD] = { op_mknod, check_mknod, MODIFIES | ON_NODE, HOLDS(fuse_mknod_in),
			 .name = NAME },
	[FUSE_MKDIR] = { op_mkdir, .flags = MODIFIES | ON_NODE, HOLDS(fuse_mkdir_in),
			 .name = NAME },
	[FUSE_UNLINK] = { op_unlink, .flags = MODIFIES | ON_NODE, .name = NAME },
	[FUSE_RMDIR] = { op_rmdir, .flags = MODIFIES | ON_NODE, .name = NAME },
	[FUSE_RENAME] = { op_rename, .flags = MODIFIES | ON_NODE | TO_NODE, HOLDS(fuse_rename_in),
			  .name = NAME, .target = NAME },
	[FUSE_LINK] = { op_link, .flags = MODIFIES | ON_NODE | TO_NODE, HOLDS(fuse_link_in),
			.name = NAME },
	[FUSE_OPEN] = { op_open, .flags = ON_NODE, HOLDS(fuse_open_in) },
	[FUSE_READ] = { op_read, check_read, ON_FILE, HOLDS(fuse_read_in) },
	[FUSE_WRITE] = { op_write, .flags = MODIFIES | ON_FILE, BYTES(fuse_write_in, size) },
	[FUSE_STATFS] = { op_statfs, .flags = ON_NODE },
	[FUSE_RELEASE] = { op_release, HOLDS(fuse_release_in) },
	[FUSE_FSYNC] = { op_fsync, .flags = ON_FILE, HOLDS(fuse_fsync_in) },
	[FUSE_SETXATTR] = { op_setxattr, check_xattr, MODIFIES | ON_NODE,
			    BYTES(fuse_setxattr_in, size), .name = TEXT },
	[FUSE_GETXATTR] = { op_getxattr, check_xattr, ON_NODE, HOLDS(fuse_getxattr_in),
			    .name = TEXT },
	[FUSE_LISTXATTR] = { op_listxattr, .flags = ON_NODE, HOLDS(fuse_getxattr_in) },
	[FUSE_REMOVEXATTR] = { op_removexattr, check_xattr, MODIFIES | ON_NODE, .name = TEXT },
	/* The server buffers nothing, so close() has nothing to wait for. */
	[FUSE_FLUSH] = { op_unknown, .flags = UNREAD },
	[FUSE_INIT] = { op_init, HOLDS(fuse_init_in) },
	[FUSE_OPENDIR] = { op_opendir, .flags = ON_NODE, HOLDS(fuse_open_in) },
	[FUSE_READDIR] = { op_readdir, check_read, ON_DIRECTORY, HOLDS(fuse_read_in) },
	[FUSE_RELEASEDIR] = { op_releasedir, HOLDS(fuse_release_in) },
	[FUSE_FSYNCDIR] = { op_fsyncdir, .flags = ON_DIRECTORY, HOLDS(fuse_fsync_in) },
	/* INIT does not claim these: the guest's kernel keeps locks and checks permissions. */
	[FUSE_GETLK] = { op_unknown, .flags = UNREAD },
	[FUSE_SETLK] = { op_unknown, .flags = UNREAD },
	[FUSE_SETLKW] = { op_unknown, .flags = UNREAD },
	[FUSE_ACCESS] = { op_unknown, .flags = UNREAD },
	[FUSE_CREATE] = { op_create, .flags = MODIFIES | ON_NODE, HOLDS(fuse_create_in),
			  .name = NAME },
	[FUSE_INTERRUPT] = { op_nothing, .flags = SILENT, HOLDS(fuse_interrupt_in) },
	[FUSE_BMAP] = { op_unknown, .flags = UNREAD },
	[FUSE_DESTROY] = { op_nothing },
	[FUSE_IOCTL] = { op_ioctl, .flags = UNREAD },
	[FUSE_POLL] = { op_unknown, .flags = UNREAD },
	[FUSE_BATCH_FORGET] = { op_batch_forget, .flags = SILENT,
				RECORDS(fuse_batch_forget_in, count, fuse_forget_one) },
	[FUSE_FALLOCATE] = { op_fallocate, .flags = MODIFIES | ON_FILE, HOLDS(fuse_fallocate_in) },
	[FUSE_READDIRPLUS] = { op_readdirplus, check_read, ON_DIRECTORY, HOLDS(fuse_read_in) },
	[FUSE_RENAME2] = { op_rename2, .flags = MODIFIES | ON_NODE | TO_NODE,
			   HOLDS(fuse_rename2_in), .name = NAME, .target = NAME },
	[FUSE_LSEEK] = { op_lseek, check_lseek, ON_FILE, HOLDS(fuse_lseek_in) },
	[FUSE_COPY_FILE_RANGE] = { op_copy_file_range, .flags = MODIFIES | ON_FILE | TO_FILE,
				   HOLDS(fuse_copy_file_range_in) },
	[FUSE_SYNCFS] = { op_unknown, .flags = UNREAD },
	/* A kernel sends "/" for the name that the file does not have. */
	[FUSE_TMPFILE] = { op_tmpfile, .flags = MODIFIES | ON_NODE, HOLDS(fuse_create_in),
			   .name = TEXT },
	[OPCODE_STATX] = { op_statx, .flags = ON_NODE, HOLDS(statx_in) },
};

const struct operation *operation_find(uint32_t opcode)
{
	if (opcode > OPCODE_STATX)
		return opcode <= OPCODE_NEWEST ? &unknown : NULL;
	return operations[opcode].serve ? &operations[opcode] : NULL;
}
