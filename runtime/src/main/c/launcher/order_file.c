/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "verb.h"

/* Room that a REPLY keeps for everything but the file's bytes. */
#define REPLY_REST 64
/* Less than the engine waits for the answer. */
#define READ_MS 25000

/* 0 when there is something to read or nothing more will come. */
static int file_await(int fd, const char *path, int64_t deadline, struct failure *failure)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int count;

	do {
		count = poll(&wait, 1, clock_left(deadline));
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return failure_errno(failure, errno, "read \"%s\"", path);
	if (count == 0)
		return failure_set(failure, ETIMEDOUT, "read \"%s\": it has not ended within %d s",
				   path, READ_MS / 1000);
	return 0;
}

static int file_read(int fd, const char *path, size_t limit, struct field_writer *reply,
		     struct failure *failure)
{
	int64_t deadline = clock_ms() + READ_MS;
	size_t mark = field_group_begin(reply, FIELD_BYTES), room, length = 0;
	uint8_t *bytes = reply->bytes + reply->length;

	room = reply->size - reply->length - REPLY_REST;
	if (limit > room)
		limit = room;
	for (;;) {
		/* One byte more than the limit tells a longer file from one that just fits. */
		ssize_t count;

		if (file_await(fd, path, deadline, failure))
			return -1;
		count = read(fd, bytes + length, limit + 1 - length);
		if (count < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (count < 0)
			return failure_errno(failure, errno, "read \"%s\"", path);
		length += (size_t)count;
		if (length > limit)
			return failure_set(failure, EFBIG, "\"%s\" is longer than %zu bytes", path,
					   limit);
		if (count == 0)
			break;
	}
	reply->length += length;
	field_group_end(reply, mark);
	return 0;
}

int order_read_file(struct verb_run *run, struct payload payload, struct failure *failure)
{
	uint32_t limit = payload_u32(payload, FIELD_LIMIT, 0);
	char path[TEXT_SIZE] = "";
	int fd, result;

	payload_text(payload, FIELD_PATH, path);
	/* The caller's stdin is what it is, a pipe most often: as runc reads it for "-". */
	if (strcmp(path, "-") == 0)
		return file_read(STDIN_FILENO, "stdin", limit, &run->reply, failure);
	/* It may be a pipe, too: /dev/stdin, a shell's <(…), a fifo whose writer is still to come.
	 */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return failure_errno(failure, errno, "open \"%s\"", path);
	result = file_read(fd, path, limit, &run->reply, failure);
	close(fd);
	return result;
}

int order_resolve(struct verb_run *run, struct payload payload, struct failure *failure)
{
	char path[TEXT_SIZE] = "", real[PATH_MAX];

	payload_text(payload, FIELD_PATH, path);
	if (!realpath(path, real))
		return failure_errno(failure, errno, "resolve \"%s\"", path);
	field_put_text(&run->reply, FIELD_PATH, real);
	return 0;
}

/* As runc's createPidFile: readers never see half a file, and take nothing but digits (containerd's
 * go-runc hands the whole text to strconv.Atoi). */
int order_write_pid_file(struct verb_run *run, struct payload payload, struct failure *failure)
{
	char path[PID_FILE_PATH_SIZE] = "", temporary[PATH_MAX], digits[16];
	uint32_t pid = payload_u32(payload, FIELD_PID, 0);
	const char *name;
	ssize_t written;
	int fd, length;

	(void)run;
	payload_text_of(payload, FIELD_PATH, path, sizeof(path));
	name = strrchr(path, '/');
	name = name ? name + 1 : path;
	snprintf(temporary, sizeof(temporary), "%.*s.%s", (int)(name - path), path, name);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_SYNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return failure_errno(failure, errno, "make pid file \"%s\"", temporary);
	length = snprintf(digits, sizeof(digits), "%u", pid);
	written = write(fd, digits, (size_t)length);
	close(fd);
	if (written == length && rename(temporary, path) == 0)
		return 0;
	failure_errno(failure, written == length ? errno : ENOSPC, "write pid file \"%s\"", path);
	unlink(temporary);
	return -1;
}
