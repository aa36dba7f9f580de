/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "credentials.h"
#include "request.h"
#include "self.h"

/* A longer copy would keep the host's kernel busy for long; the guest asks again for the rest. */
#define COPY_MAX (128u << 20)

int op_open(struct request *request)
{
	const struct fuse_open_in *in = request->in;
	struct file_status status;
	struct fuse_open_out *out;
	uint64_t handle;
	bool cached = false;
	int fd, error;

	/* O_APPEND comes with each write. The guest's kernel does O_DIRECT and O_SYNC itself: it
	 * keeps nothing back and sends FSYNC. */
	credentials_keep_set_id(!(in->open_flags & FUSE_OPEN_KILL_SUIDGID));
	fd = self_open(request->node, (int)in->flags & (O_ACCMODE | O_TRUNC | O_NOATIME));
	error = fd < 0 ? errno : file_status_read(fd, "", &status);
	credentials_keep_set_id(true);
	if (!error) {
		cached = node_cache_check(request->node, &status);
		error = handle_open(request->node, fd, false, &handle);
	} else if (fd >= 0) {
		close(fd);
	}
	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	out->open_flags = cached ? FOPEN_KEEP_CACHE : 0;
	return 0;
}

int op_release(struct request *request)
{
	const struct fuse_release_in *in = request->in;

	return handle_release(request->export, in->fh, false);
}

int check_read(struct request *request)
{
	const struct fuse_read_in *in = request->in;

	if (in->size > TRANSFER_MAX)
		return request_nonsense(request, "a READ or READDIR of more than was agreed");
	return 0;
}

int op_read(struct request *request)
{
	const struct fuse_read_in *in = request->in;
	struct reply *reply = request->reply;
	ssize_t count =
	    pread(request->handle->fd, reply->bytes + reply->length, in->size, (off_t)in->offset);

	if (count < 0)
		return errno;
	reply->length += (size_t)count;
	return 0;
}

/* Tells the guest how many bytes were written. */
static int count_reply(struct request *request, ssize_t count)
{
	struct fuse_write_out *out = reply_take(request, sizeof(*out));

	out->size = (uint32_t)count;
	return 0;
}

int op_write(struct request *request)
{
	const struct fuse_write_in *in = request->in;
	int error, fd = request->handle->fd;
	ssize_t count;

	credentials_keep_set_id(!(in->write_flags & FUSE_WRITE_KILL_SUIDGID));
	if (in->flags & O_APPEND) {
		/* At the file's true end, wherever the guest believes it to be. */
		struct iovec vector = {
			.iov_base = (void *)(uintptr_t)request->data,
			.iov_len = in->size,
		};

		count = syscall(SYS_pwritev2, fd, &vector, 1UL, 0UL, 0UL, RWF_APPEND);
	} else {
		count = pwrite(fd, request->data, in->size, (off_t)in->offset);
	}
	error = count < 0 ? errno : 0;
	credentials_keep_set_id(true);
	return error ? error : count_reply(request, count);
}

int op_fsync(struct request *request)
{
	const struct fuse_fsync_in *in = request->in;
	int fd = request->handle->fd;

	return (in->fsync_flags & FUSE_FSYNC_FDATASYNC ? fdatasync(fd) : fsync(fd)) ? errno : 0;
}

int op_fallocate(struct request *request)
{
	const struct fuse_fallocate_in *in = request->in;
	int error = 0;

	/* Neither FALLOCATE nor COPY_FILE_RANGE says who writes: set-id bits go in any case. */
	credentials_keep_set_id(false);
	if (fallocate(request->handle->fd, (int)in->mode, (off_t)in->offset, (off_t)in->length))
		error = errno;
	credentials_keep_set_id(true);
	return error;
}

int check_lseek(struct request *request)
{
	const struct fuse_lseek_in *in = request->in;

	return in->whence == SEEK_DATA || in->whence == SEEK_HOLE ? 0 : EINVAL;
}

int op_lseek(struct request *request)
{
	const struct fuse_lseek_in *in = request->in;
	struct fuse_lseek_out *out;
	off_t offset = lseek(request->handle->fd, (off_t)in->offset, (int)in->whence);

	if (offset < 0)
		return errno;
	out = reply_take(request, sizeof(*out));
	out->offset = (uint64_t)offset;
	return 0;
}

int op_copy_file_range(struct request *request)
{
	const struct fuse_copy_file_range_in *in = request->in;
	loff_t from = (loff_t)in->off_in, to = (loff_t)in->off_out;
	size_t size = in->len < COPY_MAX ? (size_t)in->len : COPY_MAX;
	ssize_t count;
	int error;

	credentials_keep_set_id(false);
	count = syscall(SYS_copy_file_range, request->handle->fd, &from, request->other_handle->fd,
			&to, size, (unsigned int)in->flags);
	error = count < 0 ? errno : 0;
	credentials_keep_set_id(true);
	return error ? error : count_reply(request, count);
}
