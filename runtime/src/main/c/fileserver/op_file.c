/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "credentials.h"
#include "handle.h"
#include "request.h"
#include "self.h"

/* A copy may go on in the host's kernel for long; the guest asks again for the rest. */
#define COPY_MAX (128u << 20)

int op_open(struct request *request)
{
	const struct fuse_open_in *in = request_take(request, sizeof(*in));
	struct file_status status;
	struct fuse_open_out *out;
	struct node *node;
	uint64_t handle;
	bool cached = false;
	int fd, error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	/* O_APPEND comes with each write; O_DIRECT and O_SYNC are done by the guest's kernel, which
	 * keeps nothing back and sends FSYNC. */
	credentials_keep_set_id(!(in->open_flags & FUSE_OPEN_KILL_SUIDGID));
	fd = self_open(node, (int)in->flags & (O_ACCMODE | O_TRUNC | O_NOATIME));
	error = fd < 0 ? errno : file_status_read(fd, "", &status);
	credentials_keep_set_id(true);
	if (!error) {
		cached = node_cache_check(node, &status);
		error = handle_open(node, fd, false, &handle);
	} else if (fd >= 0) {
		close(fd);
	}
	node_put(node);
	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	out->open_flags = cached ? FOPEN_KEEP_CACHE : 0;
	return 0;
}

int op_release(struct request *request)
{
	const struct fuse_release_in *in = request_take(request, sizeof(*in));

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	return handle_release(request->export, in->fh, false);
}

int op_read(struct request *request)
{
	const struct fuse_read_in *in = request_take(request, sizeof(*in));
	struct handle *handle;
	ssize_t count;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	if (in->size > TRANSFER_MAX)
		return request_nonsense(request, "a READ of more than was agreed");
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	count = pread(handle->fd, request->reply->bytes + request->reply->length, in->size,
		      (off_t)in->offset);
	error = count < 0 ? errno : 0;
	if (!error)
		request->reply->length += (size_t)count;
	handle_put(handle);
	return error;
}

int op_write(struct request *request)
{
	const struct fuse_write_in *in = request_take(request, sizeof(*in));
	const void *bytes = in ? request_take(request, in->size) : NULL;
	struct fuse_write_out *out;
	struct handle *handle;
	ssize_t count;
	int error;

	if (!bytes || request_end(request))
		return REQUEST_NONSENSE;
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	credentials_keep_set_id(!(in->write_flags & FUSE_WRITE_KILL_SUIDGID));
	if (in->flags & O_APPEND) {
		/* At the file's true end, wherever the guest believes it to be. */
		struct iovec vector = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = in->size };

		count = syscall(SYS_pwritev2, handle->fd, &vector, 1UL, 0UL, 0UL, RWF_APPEND);
	} else {
		count = pwrite(handle->fd, bytes, in->size, (off_t)in->offset);
	}
	error = count < 0 ? errno : 0;
	credentials_keep_set_id(true);
	handle_put(handle);
	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->size = (uint32_t)count;
	return 0;
}

int op_fsync(struct request *request)
{
	const struct fuse_fsync_in *in = request_take(request, sizeof(*in));
	struct handle *handle;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	if (in->fsync_flags & FUSE_FSYNC_FDATASYNC ? fdatasync(handle->fd) : fsync(handle->fd))
		error = errno;
	handle_put(handle);
	return error;
}

int op_fallocate(struct request *request)
{
	const struct fuse_fallocate_in *in = request_take(request, sizeof(*in));
	struct handle *handle;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	/* Here and in COPY_FILE_RANGE nobody says who writes: set-id bits go in any case. */
	credentials_keep_set_id(false);
	if (fallocate(handle->fd, (int)in->mode, (off_t)in->offset, (off_t)in->length))
		error = errno;
	credentials_keep_set_id(true);
	handle_put(handle);
	return error;
}

int op_lseek(struct request *request)
{
	const struct fuse_lseek_in *in = request_take(request, sizeof(*in));
	struct fuse_lseek_out *out;
	struct handle *handle;
	off_t offset;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	if (in->whence != SEEK_DATA && in->whence != SEEK_HOLE)
		return EINVAL;
	error = handle_get(request->export, in->fh, request->header.nodeid, false, &handle);
	if (error)
		return error;
	offset = lseek(handle->fd, (off_t)in->offset, (int)in->whence);
	error = offset < 0 ? errno : 0;
	handle_put(handle);
	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->offset = (uint64_t)offset;
	return 0;
}

int op_copy_file_range(struct request *request)
{
	const struct fuse_copy_file_range_in *in = request_take(request, sizeof(*in));
	struct handle *from, *to;
	loff_t from_offset, to_offset;
	ssize_t count = 0;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = handle_get(request->export, in->fh_in, request->header.nodeid, false, &from);
	if (error)
		return error;
	error = handle_get(request->export, in->fh_out, in->nodeid_out, false, &to);
	if (!error) {
		from_offset = (loff_t)in->off_in;
		to_offset = (loff_t)in->off_out;
		credentials_keep_set_id(false);
		count = syscall(SYS_copy_file_range, from->fd, &from_offset, to->fd, &to_offset,
				in->len < COPY_MAX ? (size_t)in->len : COPY_MAX,
				(unsigned int)in->flags);
		error = count < 0 ? errno : 0;
		credentials_keep_set_id(true);
		handle_put(to);
	}
	handle_put(from);
	if (!error) {
		struct fuse_write_out *out = reply_take(request, sizeof(*out));

		out->size = (uint32_t)count;
	}
	return error;
}
