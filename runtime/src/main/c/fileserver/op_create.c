/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "attr.h"
#include "credentials.h"
#include "handle.h"
#include "request.h"
#include "self.h"

/* Answers with the file `name` that was just made. */
static int entry_reply(struct request *request, struct node *parent, const char *name)
{
	struct file_status status;
	uint64_t id;
	int error = node_lookup(parent, name, &status, &id);

	if (!error)
		attr_fill_entry(request->export, &status, id,
				reply_take(request, sizeof(struct fuse_entry_out)));
	return error;
}

/* Takes `fd`, a file of `parent` open for I/O, and answers with its entry and its handle. */
static int open_reply(struct request *request, struct node *parent, const char *name, int fd)
{
	char path[SELF_SIZE];
	struct file_status status;
	struct fuse_open_out *out;
	struct node *node;
	uint64_t id, handle;
	int error, path_fd = openat(AT_FDCWD, self_path(fd, path), O_PATH | O_CLOEXEC);

	error = path_fd < 0 ? errno : node_adopt(parent, name, path_fd, &status, &id);
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
	attr_fill_entry(request->export, &status, id,
			reply_take(request, sizeof(struct fuse_entry_out)));
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	return 0;
}

/* Somebody made the file since the guest's kernel last looked: open it as OPEN would. */
static int open_existing(struct request *request, struct node *parent, const char *name,
			 const struct fuse_create_in *in)
{
	struct file_status status;
	struct node *node;
	uint64_t id;
	int fd, error = node_lookup(parent, name, &status, &id);

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
			error = open_reply(request, parent, name, fd);
	}
	node_forget(request->export, id, 1);
	return error;
}

static int file_create(struct request *request, const struct node *parent, const char *name,
		       const struct fuse_create_in *in, int flags, int *fd)
{
	struct open_how how = {
		.flags = (__u64)(flags | ((int)in->flags & O_ACCMODE) | O_CLOEXEC | O_NOFOLLOW),
		.mode = in->mode & 07777,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int error = credentials_assume(&request->header, in->umask);

	if (error)
		return error;
	*fd = (int)syscall(SYS_openat2, parent->fd, name, &how, sizeof(how));
	error = *fd < 0 ? errno : 0;
	credentials_restore();
	return error;
}

int op_create(struct request *request)
{
	const struct fuse_create_in *in = request_take(request, sizeof(*in));
	struct node *parent;
	const char *name;
	int fd, error = in ? request_name(request, &name) : REQUEST_NONSENSE;

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	/* O_EXCL always: what lies there already might be a fifo, and is not to be opened so. */
	error = file_create(request, parent, name, in, O_CREAT | O_EXCL, &fd);
	if (!error)
		error = open_reply(request, parent, name, fd);
	else if (error == EEXIST && !(in->flags & O_EXCL))
		error = open_existing(request, parent, name, in);
	node_put(parent);
	return error;
}

int op_tmpfile(struct request *request)
{
	const struct fuse_create_in *in = request_take(request, sizeof(*in));
	struct node *parent;
	const char *name;
	int fd, error = in ? request_text(request, &name) : REQUEST_NONSENSE;

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	/* O_EXCL: may never be linked. */
	error = file_create(request, parent, ".", in, O_TMPFILE | ((int)in->flags & O_EXCL), &fd);
	if (!error)
		error = open_reply(request, parent, NULL, fd);
	node_put(parent);
	return error;
}

/*
 * Device nodes work in the rootfs only (a package manager or an image build makes them): it lies
 * below Docker's own directory, where no other user of the host comes. In a volume one could be
 * reached by anybody. 0:0 is no device but overlayfs's mark of a deleted file.
 */
static int node_kind_check(const struct request *request, const struct fuse_mknod_in *in)
{
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
	const struct fuse_mknod_in *in = request_take(request, sizeof(*in));
	struct node *parent;
	const char *name;
	dev_t device;
	int error = in ? request_name(request, &name) : REQUEST_NONSENSE;

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_kind_check(request, in);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	/* as the kernel's new_decode_dev() */
	device = makedev(in->rdev >> 8 & 0xfff, (in->rdev & 0xff) | (in->rdev >> 12 & 0xfff00));
	error = credentials_assume(&request->header, in->umask);
	if (!error) {
		error = mknodat(parent->fd, name, in->mode & (S_IFMT | 07777), device) ? errno : 0;
		credentials_restore();
	}
	if (!error)
		error = entry_reply(request, parent, name);
	node_put(parent);
	return error;
}

int op_mkdir(struct request *request)
{
	const struct fuse_mkdir_in *in = request_take(request, sizeof(*in));
	struct node *parent;
	const char *name;
	int error = in ? request_name(request, &name) : REQUEST_NONSENSE;

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	error = credentials_assume(&request->header, in->umask);
	if (!error) {
		error = mkdirat(parent->fd, name, in->mode & 07777) ? errno : 0;
		credentials_restore();
	}
	if (!error)
		error = entry_reply(request, parent, name);
	node_put(parent);
	return error;
}

int op_symlink(struct request *request)
{
	struct node *parent;
	const char *name, *target;
	int error = request_name(request, &name);

	if (error == REQUEST_NONSENSE || request_text(request, &target) || request_end(request))
		return REQUEST_NONSENSE;
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	error = credentials_assume(&request->header, 0);
	if (!error) {
		error = symlinkat(target, parent->fd, name) ? errno : 0;
		credentials_restore();
	}
	if (!error)
		error = entry_reply(request, parent, name);
	node_put(parent);
	return error;
}
