/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "container_of.h"
#include "log.h"
#include "loop.h"
#include "mount_api.h"

static void export_woken(struct loop *loop, struct watch *watch)
{
	struct export *export = container_of(watch, struct export, watch);
	/* Its number is its place in the table. */
	struct files *files = container_of(export - export->number, struct files, exports[0]);

	export->ready = true;
	sender_bulk(&loop->outbox, &files->sender);
}

static void export_close(struct export *export)
{
	watch_close(&export->watch);
	if (export->reply)
		munmap(export->reply, FILES_MESSAGE_MAX);
	export->reply = NULL;
}

/* A FUSE mount that is attached nowhere yet. Making it never waits: the kernel sends INIT
 * without waiting for the answer, and knows the root's type from us. */
static int fuse_mount(int fuse_fd, uint32_t mode)
{
	char options[160];
	struct mount_request request = { .type = "fuse", .source = "xen-runc", .data = options };

	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=%o,user_id=0,group_id=0,default_permissions,allow_other,"
		 "max_read=%u",
		 fuse_fd, mode, FILES_DATA_MAX);
	return mount_make(&request);
}

static int export_open(struct loop *loop, struct export *export, struct export_mount *mount)
{
	int fd = open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	void *reply;

	if (fd < 0)
		return -1;
	mount->fd = fuse_mount(fd, mount->mode);
	reply = mount->fd < 0 ? MAP_FAILED
			      : mmap(NULL, FILES_MESSAGE_MAX, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (reply == MAP_FAILED) {
		close(fd);
		return -1;
	}
	export->reply = reply;
	export->reply_length = 0;
	export->window = FILES_WINDOW;
	/* Only now: /dev/fuse does not wake a poll that began before it was mounted. */
	return watch_open(loop->epoll_fd, &export->watch, fd, EPOLLIN, export_woken);
}

static bool files_fill(struct loop *loop, struct sender *sender);

int files_open(struct loop *loop, struct files *files, struct payload prepare, const char **what)
{
	struct field_reader reader = payload_reader(prepare);
	struct field field;

	files->sender.fill = files_fill;
	while (payload_next(&reader, FIELD_EXPORT, &field)) {
		struct payload group = payload_group(&field);
		uint32_t number = payload_u32(group, FIELD_NUMBER, EXPORT_MAX);

		*what = "export: number";
		if (number >= EXPORT_MAX || files->exports[number].reply)
			return EINVAL;
		*what = "export: fuse";
		files->exports[number].number = number;
		files->mounts[number].mode = payload_u32(group, FIELD_MODE, 0);
		if (export_open(loop, &files->exports[number], &files->mounts[number]))
			return errno;
		if (files->limit <= number)
			files->limit = number + 1;
	}
	*what = "export: notifier";
	return files->limit ? notifier_start(&files->notifier, files->request, FILES_MESSAGE_MAX)
			    : 0;
}

void files_mounted(struct files *files)
{
	for (uint32_t i = 0; i < files->limit; i++) {
		if (files->mounts[i].mode && files->mounts[i].fd >= 0)
			close(files->mounts[i].fd);
		files->mounts[i].fd = -1;
	}
}

void files_abort(struct files *files)
{
	for (uint32_t i = 0; i < files->limit; i++)
		if (files->exports[i].reply)
			export_close(&files->exports[i]);
	files->start = files->end = 0;
	notifier_stop(&files->notifier);
}

/* Reads the next request of an export. 1 = there is one, 0 = none, -1 = the mount is gone. */
static int request_read(struct files *files, struct export *export)
{
	ssize_t got;

	do { /* ENOENT: the asker was killed before the request was read */
		got = read(export->watch.fd, files->request, sizeof(files->request));
	} while (got < 0 && (errno == ENOENT || errno == EINTR));
	if (got < 0) {
		export->ready = false;
		return errno == EAGAIN ? 0 : -1;
	}
	files->start = 0;
	files->end = (uint32_t)got;
	files->requester = export->number;
	return 1;
}

/* Sends the next part of the request that was read. */
static void request_send(struct outbox *outbox, struct files *files)
{
	uint32_t left = files->end - files->start;
	uint32_t length = left < FRAME_PAYLOAD_MAX ? left : FRAME_PAYLOAD_MAX;

	memcpy(outbox_payload(outbox), files->request + files->start, length);
	files->start += length;
	files->exports[files->requester].window -= length;
	outbox_frame(outbox, FRAME_DATA, STREAM_FILES + files->requester, length);
}

static bool files_fill(struct loop *loop, struct sender *sender)
{
	struct files *files = container_of(sender, struct files, sender);

	if (files->start < files->end) {
		request_send(&loop->outbox, files);
		return true;
	}
	for (uint32_t i = 0; i < files->limit; i++) {
		uint32_t number = (files->turn + i) % files->limit;
		struct export *export = &files->exports[number];
		int found = 0;

		if (export->ready && export->reply && export->window >= FILES_MESSAGE_MAX)
			found = request_read(files, export);
		if (found == 0)
			continue;
		files->turn = number + 1;
		if (found > 0) {
			request_send(&loop->outbox, files);
			return true;
		}
		export_close(export);
		outbox_frame(&loop->outbox, FRAME_END, STREAM_FILES + number, 0);
		return true;
	}
	return false;
}

/* Hands one whole message to the kernel. */
static void message_write(struct files *files, struct export *export, const uint8_t *bytes,
			  uint32_t length)
{
	struct fuse_out_header header;

	memcpy(&header, bytes, sizeof(header));
	if (header.unique == 0) {
		if (notifier_send(&files->notifier, export->watch.fd, bytes, length) < 0)
			log_error("export %u: notification lost: %m", export->number);
		return;
	}
	/* ENOENT: the process that asked is gone. */
	if (write(export->watch.fd, bytes, length) < 0 && errno != ENOENT && errno != ENODEV)
		log_error("export %u: the kernel refuses an answer of %u bytes: %m", export->number,
			  length);
}

bool files_data(struct files *files, uint32_t number, const uint8_t *bytes, uint32_t length)
{
	struct export *export = &files->exports[number];
	uint32_t whole;

	if (number >= EXPORT_MAX || number >= files->limit || !export->reply)
		return number < EXPORT_MAX; /* gone: the two directions cross */
	if (export->reply_length || length < sizeof(struct fuse_out_header)) {
		if (length > FILES_MESSAGE_MAX - export->reply_length)
			return false;
		memcpy(export->reply + export->reply_length, bytes, length);
		export->reply_length += length;
		bytes = export->reply;
		length = export->reply_length;
		if (length < sizeof(struct fuse_out_header))
			return true;
	}
	memcpy(&whole, bytes, sizeof(whole));
	if (whole < sizeof(struct fuse_out_header) || whole > FILES_MESSAGE_MAX || whole < length)
		return false;
	if (whole == length) {
		message_write(files, export, bytes, length);
		export->reply_length = 0;
	} else if (bytes != export->reply) {
		memcpy(export->reply, bytes, length);
		export->reply_length = length;
	}
	return true;
}

bool files_window(struct loop *loop, struct files *files, uint32_t number, uint32_t bytes)
{
	struct export *export = &files->exports[number];

	if (number >= EXPORT_MAX || number >= files->limit || !export->reply)
		return number < EXPORT_MAX;
	if (bytes > FILES_WINDOW - export->window)
		return false;
	export->window += bytes;
	sender_bulk(&loop->outbox, &files->sender);
	return true;
}

void files_end(struct files *files, uint32_t number)
{
	if (number < files->limit && files->exports[number].reply) {
		log_error("export %u: the host has ended it", number);
		export_close(&files->exports[number]);
	}
}
