/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attr.h"
#include "request.h"
#include "self.h"

/* One record of getdents64(2), and the size of the longest. */
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
	struct fuse_open_out *out;
	uint64_t handle;
	int fd = self_open(request->node, O_RDONLY | O_DIRECTORY);
	int error = fd < 0 ? errno : handle_open(request->node, fd, true, &handle);

	if (error)
		return error;
	out = reply_take(request, sizeof(*out));
	out->fh = handle;
	return 0;
}

/* Adds the entry of `record`; false if it does not fit below `end`. */
static bool record_add(struct request *request, const struct record *record, bool plus, size_t end)
{
	struct node *parent = request->handle->node;
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
	/* Node 0: the guest gets only the name, and looks it up if it wants more. */
	if (!plus || self || file_status_read(parent->fd, record->name, &status) ||
	    node_note(parent, record->name, &status, &id))
		return true;
	attr_fill_entry(request->export, &status, id, (struct fuse_entry_out *)bytes);
	entry->ino = attr_ino(request->export, &status);
	return true;
}

/* Reads names from the directory's position on until the reply is full; returns 0 or an errno. */
static int records_read(struct request *request, bool plus, size_t end)
{
	struct handle *handle = request->handle;
	/* An entry can be this much longer than its record. Then what is read mostly fits. */
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
		/* EINVAL: the next record does not fit; the guest first gets those before it. */
		if (count < 0)
			return request->reply->length > start ? 0 : errno;
		if (!count)
			return 0;
		for (long at = 0; at < count;) {
			const struct record *record = (const struct record *)(records + at);

			if (!record_add(request, record, plus, end)) {
				handle->position = UINT64_MAX;
				return 0;
			}
			handle->position = (uint64_t)record->next;
			at += record->length;
		}
	}
}

static int records_reply(struct request *request, bool plus)
{
	const struct fuse_read_in *in = request->in;
	struct handle *handle = request->handle;
	size_t end = request->reply->length + in->size;
	int error;

	pthread_mutex_lock(&handle->position_lock);
	/* 0 also rewinds: the host's kernel then reads the directory afresh. */
	if ((handle->position != in->offset || !in->offset) &&
	    lseek(handle->fd, (off_t)in->offset, SEEK_SET) < 0) {
		error = errno;
	} else {
		handle->position = in->offset;
		error = records_read(request, plus, end);
	}
	pthread_mutex_unlock(&handle->position_lock);
	return error;
}

int op_readdir(struct request *request)
{
	return records_reply(request, false);
}

int op_readdirplus(struct request *request)
{
	return records_reply(request, true);
}

int op_releasedir(struct request *request)
{
	const struct fuse_release_in *in = request->in;

	return handle_release(request->export, in->fh, true);
}

int op_fsyncdir(struct request *request)
{
	return fsync(request->handle->fd) ? errno : 0;
}
