/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "credentials.h"
#include "entry.h"
#include "self.h"

/* Answers with the entry and the handle of `fd`, which it takes: a file just opened for I/O, which
 * lies in the request's node under `name`, or nowhere if that is NULL. */
static int open_reply(struct request *request, const char *name, int fd)
{
	char path[SELF_SIZE];
	struct file_status status;
	struct fuse_open_out *out;
	struct node *node;
	uint64_t id, handle;
	int error, path_fd = openat(AT_FDCWD, self_path(fd, path), O_PATH | O_CLOEXEC);

	error = path_fd < 0 ? errno : node_adopt(request->node, name, path_fd, &status, &id);
	if (!error) {
		error = node_get(request->export, id, &node);
		if (!error) {
			error = handle_open(node, fd, false, &handle);
			fd = -1;
			node_put(node);
		}
		if (error)
			node_forget(request->export, id, 1);
	}
	if (fd >= 0)
		close(fd);
	if (error)
		return error;
	entry_add(request, &status, id);
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	return 0;
}

/* Somebody made the file since the guest's kernel last looked: open it as OPEN would. */
static int open_existing(struct request *request)
{
	const struct fuse_create_in *in = request->in;
	struct file_status status;
	struct node *node;
	uint64_t id;
	int fd, error = node_lookup(request->node, request->name, &status, &id);

	if (error)
		return error;
	error = node_get(request->export, id, &node);
	if (!error) {
		credentials_keep_set_id(!(in->open_flags & FUSE_OPEN_KILL_SUIDGID));
		fd = self_open(node, (int)in->flags & (O_ACCMODE | O_TRUNC));
		/* Not a regular file: ESTALE makes the guest's kernel look and decide itself. */
		error = fd >= 0 ? 0 : errno == ENXIO || errno == ELOOP ? ESTALE : errno;
		credentials_keep_set_id(true);
		node_put(node);
		if (!error)
			error = open_reply(request, request->name, fd);
	}
	node_forget(request->export, id, 1);
	return error;
}

static int file_create(const struct request *request, const char *name, int flags, int *fd)
{
	const struct fuse_create_in *in = request->in;
	struct open_how how = {
		.flags = (__u64)(flags | ((int)in->flags & O_ACCMODE) | O_CLOEXEC | O_NOFOLLOW),
		.mode = in->mode & 07777,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int error = credentials_assume(&request->header, in->umask);

	if (error)
		return error;
	*fd = (int)syscall(SYS_openat2, request->node->fd, name, &how, sizeof(how));
	error = *fd < 0 ? errno : 0;
	credentials_restore();
	return error;
}

int op_create(struct request *request)
{
	const struct fuse_create_in *in = request->in;
	/* O_EXCL always: what lies there already might be a fifo, and must not be opened so. */
	int fd, error = file_create(request, request->name, O_CREAT | O_EXCL, &fd);

	if (!error)
		return open_reply(request, request->name, fd);
	return error == EEXIST && !(in->flags & O_EXCL) ? open_existing(request) : error;
}

int op_tmpfile(struct request *request)
{
	const struct fuse_create_in *in = request->in;
	/* O_EXCL: the file may never be linked. */
	int fd, error = file_create(request, ".", O_TMPFILE | ((int)in->flags & O_EXCL), &fd);

	return error ? error : open_reply(request, NULL, fd);
}

/*
 * A guest may make device nodes in the rootfs only, for package managers and image builds: the
 * rootfs lies below Docker's own directory, where no other user of the host comes. In a volume
 * anybody could reach them. 0:0 is no device but overlayfs's mark of a deleted file.
 */
int check_mknod(struct request *request)
{
	const struct fuse_mknod_in *in = request->in;

	switch (in->mode & S_IFMT) {
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	case S_IFCHR:
		if (!in->rdev)
			return 0;
		/* fall through */
	case S_IFBLK:
		return request->export->number == 0 ? 0 : EPERM;
	default:
		return EINVAL;
	}
}

int op_mknod(struct request *request)
{
	const struct fuse_mknod_in *in = request->in;
	/* as the kernel's new_decode_dev() */
	dev_t device =
	    makedev(in->rdev >> 8 & 0xfff, (in->rdev & 0xff) | (in->rdev >> 12 & 0xfff00));
	int error = credentials_assume(&request->header, in->umask);

	if (error)
		return error;
	if (mknodat(request->node->fd, request->name, in->mode & (S_IFMT | 07777), device))
		error = errno;
	credentials_restore();
	return error ? error : entry_reply(request);
}

int op_mkdir(struct request *request)
{
	const struct fuse_mkdir_in *in = request->in;
	int error = credentials_assume(&request->header, in->umask);

	if (error)
		return error;
	error = mkdirat(request->node->fd, request->name, in->mode & 07777) ? errno : 0;
	credentials_restore();
	return error ? error : entry_reply(request);
}

int op_symlink(struct request *request)
{
	int error = credentials_assume(&request->header, 0);

	if (error)
		return error;
	error = symlinkat(request->target, request->node->fd, request->name) ? errno : 0;
	credentials_restore();
	return error ? error : entry_reply(request);
}
