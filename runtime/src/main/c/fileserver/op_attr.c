/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "credentials.h"
#include "request.h"
#include "self.h"

static int attr_reply(struct request *request)
{
	struct file_status status;
	struct fuse_attr_out *out;
	int error = file_status_read(request->node->fd, "", &status);

	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->attr_valid_nsec = VALID_NANOSECONDS;
	attr_fill(request->export, &status, &out->attr);
	return 0;
}

int op_getattr(struct request *request)
{
	/* A node with an open handle is open itself, so the handle of the message adds nothing. */
	return attr_reply(request);
}

/* struct fuse_statx_out of FUSE 7.39, as struct statx_in. */
struct statx_out {
	uint64_t valid;
	uint32_t valid_nanoseconds, flags;
	uint64_t reserved[2];
	struct file_status status;
};

int op_statx(struct request *request)
{
	struct file_status status;
	struct statx_out *out;
	int error = file_status_read(request->node->fd, "", &status);

	if (error)
		return error;
	status.ino = attr_ino(request->export, &status);
	status.mount = 0;
	out = reply_take(request, sizeof(*out));
	out->valid_nanoseconds = VALID_NANOSECONDS;
	out->status = status;
	return 0;
}

static int set_mode(const struct node *node, uint32_t mode)
{
	char path[SELF_SIZE];

	if (node->type == S_IFLNK)
		return EOPNOTSUPP;
	return chmod(self_path(node->fd, path), mode & 07777) ? errno : 0;
}

static int set_owner(const struct node *node, const struct fuse_setattr_in *in)
{
	uid_t uid = in->valid & FATTR_UID ? in->uid : (uid_t)-1;
	gid_t gid = in->valid & FATTR_GID ? in->gid : (gid_t)-1;

	return fchownat(node->fd, "", uid, gid, AT_EMPTY_PATH) ? errno : 0;
}

/* Uses the message's handle if it has one. */
static int truncate_to(struct request *request, const struct fuse_setattr_in *in)
{
	char path[SELF_SIZE];
	struct handle *handle;
	int error;

	if (!(in->valid & FATTR_FH))
		return truncate(self_path(request->node->fd, path), (off_t)in->size) ? errno : 0;
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	error = ftruncate(handle->fd, (off_t)in->size) ? errno : 0;
	handle_put(handle);
	return error;
}

static int set_size(struct request *request, const struct fuse_setattr_in *in)
{
	int error;

	if (in->size > INT64_MAX)
		return EFBIG;
	if (request->node->type != S_IFREG)
		return EINVAL;
	credentials_keep_set_id(!(in->valid & FATTR_KILL_SUIDGID));
	error = truncate_to(request, in);
	credentials_keep_set_id(true);
	return error;
}

static struct timespec time_of(const struct fuse_setattr_in *in, uint32_t set, uint32_t now,
			       uint64_t seconds, uint32_t nanoseconds)
{
	struct timespec time = { .tv_nsec = UTIME_OMIT };

	if (in->valid & now)
		time.tv_nsec = UTIME_NOW;
	else if (in->valid & set)
		time = (struct timespec){ .tv_sec = (time_t)seconds, .tv_nsec = nanoseconds };
	return time;
}

static int set_times(const struct node *node, const struct fuse_setattr_in *in)
{
	struct timespec times[2] = {
		time_of(in, FATTR_ATIME, FATTR_ATIME_NOW, in->atime, in->atimensec),
		time_of(in, FATTR_MTIME, FATTR_MTIME_NOW, in->mtime, in->mtimensec),
	};

	return utimensat(node->fd, "", times, AT_EMPTY_PATH) ? errno : 0;
}

int op_setattr(struct request *request)
{
	const struct fuse_setattr_in *in = request->in;
	const struct node *node = request->node;
	int error = 0;

	/* Owner before mode: chown clears set-id bits that a mode given with it may set again. */
	if (in->valid & (FATTR_UID | FATTR_GID))
		error = set_owner(node, in);
	if (!error && in->valid & FATTR_MODE)
		error = set_mode(node, in->mode);
	if (!error && in->valid & FATTR_SIZE)
		error = set_size(request, in);
	if (!error && in->valid & (FATTR_ATIME | FATTR_MTIME | FATTR_ATIME_NOW | FATTR_MTIME_NOW))
		error = set_times(node, in);
	return error ? error : attr_reply(request);
}
