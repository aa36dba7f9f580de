/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Opcodes newer than the headers of Debian 12, and where the kernel's next ones will lie: their
 * kernels ask once and make do with ENOSYS. */
#define OPCODE_STATX 52
#define OPCODE_NEWEST 127

/* No operation waits for anything but the disk, so each is answered soon enough. */
static int op_interrupt(struct request *request)
{
	if (!request_take(request, sizeof(struct fuse_interrupt_in)) || request_end(request))
		return REQUEST_NONSENSE;
	return REQUEST_SILENT;
}

/* The stream's END follows, and does what there is to do. */
static int op_destroy(struct request *request)
{
	return request_end(request);
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

static const struct operation {
	request_operation *serve;
	bool modifies; /* refused on a read-only export, before the host's kernel would refuse it */
} operations[] = {
	[FUSE_LOOKUP] = { op_lookup, false },
	[FUSE_FORGET] = { op_forget, false },
	[FUSE_GETATTR] = { op_getattr, false },
	[FUSE_SETATTR] = { op_setattr, true },
	[FUSE_READLINK] = { op_readlink, false },
	[FUSE_SYMLINK] = { op_symlink, true },
	[FUSE_MKNOD] = { op_mknod, true },
	[FUSE_MKDIR] = { op_mkdir, true },
	[FUSE_UNLINK] = { op_unlink, true },
	[FUSE_RMDIR] = { op_rmdir, true },
	[FUSE_RENAME] = { op_rename, true },
	[FUSE_LINK] = { op_link, true },
	[FUSE_OPEN] = { op_open, false },
	[FUSE_READ] = { op_read, false },
	[FUSE_WRITE] = { op_write, true },
	[FUSE_STATFS] = { op_statfs, false },
	[FUSE_RELEASE] = { op_release, false },
	[FUSE_FSYNC] = { op_fsync, false },
	[FUSE_SETXATTR] = { op_setxattr, true },
	[FUSE_GETXATTR] = { op_getxattr, false },
	[FUSE_LISTXATTR] = { op_listxattr, false },
	[FUSE_REMOVEXATTR] = { op_removexattr, true },
	/* Nothing is buffered here, so close() has nothing to wait for. */
	[FUSE_FLUSH] = { op_unknown, false },
	[FUSE_INIT] = { op_init, false },
	[FUSE_OPENDIR] = { op_opendir, false },
	[FUSE_READDIR] = { op_readdir, false },
	[FUSE_RELEASEDIR] = { op_releasedir, false },
	[FUSE_FSYNCDIR] = { op_fsyncdir, false },
	/* Not claimed in INIT: the guest's kernel keeps locks and checks permissions itself. */
	[FUSE_GETLK] = { op_unknown, false },
	[FUSE_SETLK] = { op_unknown, false },
	[FUSE_SETLKW] = { op_unknown, false },
	[FUSE_ACCESS] = { op_unknown, false },
	[FUSE_CREATE] = { op_create, true },
	[FUSE_INTERRUPT] = { op_interrupt, false },
	[FUSE_BMAP] = { op_unknown, false },
	[FUSE_DESTROY] = { op_destroy, false },
	[FUSE_IOCTL] = { op_ioctl, false },
	[FUSE_POLL] = { op_unknown, false },
	[FUSE_BATCH_FORGET] = { op_batch_forget, false },
	[FUSE_FALLOCATE] = { op_fallocate, true },
	[FUSE_READDIRPLUS] = { op_readdirplus, false },
	[FUSE_RENAME2] = { op_rename2, true },
	[FUSE_LSEEK] = { op_lseek, false },
	[FUSE_COPY_FILE_RANGE] = { op_copy_file_range, true },
	[FUSE_SYNCFS] = { op_unknown, false },
	[FUSE_TMPFILE] = { op_tmpfile, true },
	[OPCODE_STATX] = { op_statx, false },
};

const void *request_take(struct request *request, size_t size)
{
	const void *bytes = request->body + request->taken;

	if (request->length - request->taken < size) {
		request->nonsense = "a message is too short";
		return NULL;
	}
	request->taken += size;
	return bytes;
}

int request_text(struct request *request, const char **text)
{
	const char *start = (const char *)request->body + request->taken;
	const char *end = memchr(start, 0, request->length - request->taken);

	if (!end)
		return request_nonsense(request, "a text has no end");
	request->taken += (size_t)(end - start) + 1;
	*text = start;
	return 0;
}

int request_name(struct request *request, const char **name)
{
	size_t length;

	if (request_text(request, name))
		return REQUEST_NONSENSE;
	length = strlen(*name);
	if (!length || !strcmp(*name, ".") || !strcmp(*name, "..") || strchr(*name, '/'))
		return request_nonsense(request, "a file name is none");
	return length > NAME_MAX ? ENAMETOOLONG : 0;
}

int request_end(struct request *request)
{
	if (request->taken != request->length)
		return request_nonsense(request, "a message is too long");
	return 0;
}

int request_nonsense(struct request *request, const char *why)
{
	request->nonsense = why;
	return REQUEST_NONSENSE;
}

void *reply_take(struct request *request, size_t size)
{
	void *bytes = request->reply->bytes + request->reply->length;

	request->reply->length += size;
	return memset(bytes, 0, size);
}

size_t reply_room(const struct request *request)
{
	return sizeof(request->reply->bytes) - request->reply->length;
}

void reply_cut(struct request *request, size_t length)
{
	request->reply->length = length;
}

static int serve(struct request *request)
{
	uint32_t opcode = request->header.opcode;
	const struct operation *operation;

	if (opcode > OPCODE_NEWEST || (opcode <= OPCODE_STATX && !operations[opcode].serve))
		return request_nonsense(request, "an unknown operation");
	if (request->header.total_extlen || request->header.padding)
		return request_nonsense(request, "extensions that were not asked for");
	if ((opcode == FUSE_INIT) == request->export->started)
		return request_nonsense(request, "INIT out of place");
	if (opcode > OPCODE_STATX)
		return REQUEST_ENOSYS;
	operation = &operations[opcode];
	if (operation->modifies && request->export->readonly)
		return EROFS;
	return operation->serve(request);
}

bool request_serve(struct export *export, const struct message *message, struct reply *reply)
{
	struct fuse_out_header out = { 0 };
	struct request request = {
		.export = export,
		.body = message->bytes + sizeof(request.header),
		.reply = reply,
	};
	int result;

	memcpy(&request.header, message->bytes, sizeof(request.header));
	request.length = message->length - sizeof(request.header);
	reply->length = sizeof(out);
	result = serve(&request);
	if (result == REQUEST_SILENT || result == REQUEST_NONSENSE) {
		reply->length = 0;
		if (result == REQUEST_NONSENSE)
			export_log(export, "the guest sent %s (operation %u, %zu bytes)",
				   request.nonsense, request.header.opcode, message->length);
		return result == REQUEST_SILENT;
	}
	if (result)
		reply->length = sizeof(out);
	/* To FUSE, ENOSYS says "never ask again"; a host's system call does not mean that. */
	out.error = result == REQUEST_ENOSYS ? -ENOSYS : result == ENOSYS ? -EOPNOTSUPP : -result;
	out.len = (uint32_t)reply->length;
	out.unique = request.header.unique;
	memcpy(reply->bytes, &out, sizeof(out));
	return true;
}
