/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/statfs.h>

#include "request.h"

/* The oldest version that the server speaks: it has FUSE_INIT_EXT and HANDLE_KILLPRIV_V2. Our
 * guests have 7.41. */
#define OLDEST_MINOR 36

/*
 * What the server asks of the guest's kernel; docs/adr/0008 argues each.
 *
 * AUTO_INVAL_DATA        it drops cached pages when the file's size or time has changed on the host
 * ATOMIC_O_TRUNC         open(O_TRUNC) is one message
 * DONT_MASK              the umask comes along, so that the host can apply a default ACL instead
 * HANDLE_KILLPRIV_V2     the host clears setuid bits on write; else each write asks for an xattr
 * SETXATTR_EXT           says when a new ACL clears the setgid bit
 * CACHE_SYMLINKS         a link never changes its target
 *
 * Not asked for: WRITEBACK_CACHE (when write() has returned, the host has the data), POSIX_LOCKS
 * and FLOCK_LOCKS (locks are the guest's own), EXPORT_SUPPORT (no NFS), SPLICE (there is no pipe
 * here).
 */
#define FLAGS                                                                                      \
	(FUSE_ASYNC_READ | FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_DONT_MASK |                \
	 FUSE_AUTO_INVAL_DATA | FUSE_DO_READDIRPLUS | FUSE_READDIRPLUS_AUTO | FUSE_ASYNC_DIO |     \
	 FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS | FUSE_HANDLE_KILLPRIV_V2 |   \
	 FUSE_SETXATTR_EXT | FUSE_INIT_EXT)

int op_init(struct request *request)
{
	const struct fuse_init_in *in = request->in;
	struct fuse_init_out *out;

	if (in->major != FUSE_KERNEL_VERSION || in->minor < OLDEST_MINOR)
		return request_nonsense(request, "a FUSE version other than 7.36 or later");
	out = reply_take(request, sizeof(*out));
	out->major = FUSE_KERNEL_VERSION;
	out->minor = FUSE_KERNEL_MINOR_VERSION;
	out->max_readahead = in->max_readahead;
	out->flags = FLAGS & in->flags;
	/* A guest that does not know of ACLs takes an ACL's mask for the group's rights. */
	if (request->export->acl)
		out->flags |= FUSE_POSIX_ACL & in->flags;
	out->max_write = TRANSFER_MAX;
	out->max_pages = TRANSFER_MAX / 4096;
	out->time_gran = 1;
	request->export->started = true;
	return 0;
}

int op_statfs(struct request *request)
{
	struct fuse_statfs_out *out;
	struct statfs host;

	if (fstatfs(request->node->fd, &host))
		return errno;
	out = reply_take(request, sizeof(*out));
	out->st.blocks = host.f_blocks;
	out->st.bfree = host.f_bfree;
	out->st.bavail = host.f_bavail;
	out->st.files = host.f_files;
	out->st.ffree = host.f_ffree;
	out->st.bsize = (uint32_t)host.f_bsize;
	out->st.namelen = (uint32_t)host.f_namelen;
	out->st.frsize = (uint32_t)host.f_frsize;
	return 0;
}
