/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attr.h"
#include "handle.h"
#include "request.h"
#include "self.h"

/* One record of getdents64(2), and the longest. */
struct record {
	uint64_t ino;
	int64_t next; /* the position behind it */
	uint16_t length;
	uint8_t type;
	char name[];
} __attribute__((packed));
#define RECORD_MAX 280u
/* Records read at once. The guest's kernels up to 6.12 ask for one page of entries. */
#define RECORDS_SIZE 16384u

int op_opendir(struct request *request)
{
	const struct fuse_open_in *in = request_take(request, sizeof(*in));
	struct fuse_open_out *out;
	struct node *node;
	uint64_t handle;
	int fd, error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	fd = self_open(node, O_RDONLY | O_DIRECTORY);
	error = fd < 0 ? errno : handle_open(node, fd, true, &handle);
	node_put(node);
	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	return 0;
}

/* Adds the name `record`; false if it does not fit below `end`. */
static bool entry_put(struct request *request, struct node *parent, const struct record *record,
		      bool plus, size_t end)
{
	size_t name_length = strlen(record->name);
	size_t head = plus ? sizeof(struct fuse_direntplus) : sizeof(struct fuse_dirent);
	size_t size = FUSE_DIRENT_ALIGN(head + name_length);
	bool self = !strcmp(record->name, ".") || !strcmp(record->name, "..");
	struct file_status status;
	struct fuse_dirent *entry;
	uint8_t *bytes;
	uint64_t id;

	if (request->reply->length + size > end)
		return false;
	bytes = reply_take(request, size);
	entry = (struct fuse_dirent *)(plus ? bytes + sizeof(struct fuse_entry_out) : bytes);
	entry->ino = record->ino;
	entry->off = (uint64_t)record->next;
	entry->namelen = (uint32_t)name_length;
	entry->type = record->type;
	memcpy(entry->name, record->name, name_length);
	/* Node 0: only the name is told; the guest looks it up if it wants more. */
	if (!plus || self || file_status_read(parent->fd, record->name, &status) ||
	    node_note(parent, record->name, &status, &id))
		return true;
	attr_fill_entry(request->export, &status, id, (struct fuse_entry_out *)bytes);
	entry->ino = attr_ino(request->export, &status);
	return true;
}

/* Reads names from the directory's position on until the reply is full; returns 0 or an errno. */
static int entries_read(struct request *request, struct handle *handle, bool plus, size_t end)
{
	/* How much longer an entry can be than its record, so that mostly all that was read fits.
	 */
	size_t growth = plus ? 7 : 2;
	_Alignas(8) uint8_t records[RECORDS_SIZE];
	size_t start = request->reply->length;

	for (;;) {
		size_t wanted = (end - request->reply->length) / growth;
		long count;

		if (wanted < RECORD_MAX && request->reply->length > start)
			return 0;
		wanted = wanted < RECORD_MAX ? RECORD_MAX : wanted;
		wanted = wanted > sizeof(records) ? sizeof(records) : wanted;
		count = syscall(SYS_getdents64, handle->fd, records, wanted);
		/* EINVAL: the next name does not fit; what there is goes first. */
		if (count < 0)
			return request->reply->length > start ? 0 : errno;
		if (!count)
			return 0;
		for (long at = 0; at < count;) {
			const struct record *record = (const struct record *)(records + at);

			if (!entry_put(request, handle->node, record, plus, end)) {
				handle->position = UINT64_MAX;
				return 0;
			}
			handle->position = (uint64_t)record->next;
			at += record->length;
		}
	}
}

static int entries_reply(struct request *request, bool plus)
{
	const struct fuse_read_in *in = request_take(request, sizeof(*in));
	struct handle *handle;
	size_t end;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	if (in->size > TRANSFER_MAX)
		return request_nonsense(request, "a READDIR of more than was agreed");
	error = handle_get(request->export, in->fh, request->header.nodeid, true, &handle);
	if (error)
		return error;
	end = request->reply->length + in->size;
	pthread_mutex_lock(&handle->position_lock);
	/* 0 also rewinds: the host's kernel then reads the directory afresh. */
	if ((handle->position != in->offset || !in->offset) &&
	    lseek(handle->fd, (off_t)in->offset, SEEK_SET) < 0) {
		error = errno;
	} else {
		handle->position = in->offset;
		error = entries_read(request, handle, plus, end);
	}
	pthread_mutex_unlock(&handle->position_lock);
	handle_put(handle);
	return error;
}

int op_readdir(struct request *request)
{
	return entries_reply(request, false);
}

int op_readdirplus(struct request *request)
{
	return entries_reply(request, true);
}

int op_releasedir(struct request *request)
{
	const struct fuse_release_in *in = request_take(request, sizeof(*in));

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	return handle_release(request->export, in->fh, true);
}

int op_fsyncdir(struct request *request)
{
	const struct fuse_fsync_in *in = request_take(request, sizeof(*in));
	struct handle *handle;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = handle_get(request->export, in->fh, request->header.nodeid, true, &handle);
	if (error)
		return error;
	error = fsync(handle->fd) ? errno : 0;
	handle_put(handle);
	return error;
}
