/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "clock.h"

int inbox_open(struct inbox *inbox, size_t limit)
{
	void *bytes = mmap(NULL, limit, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return -1;
	frame_reader_init(&inbox->reader);
	inbox->bytes = bytes;
	inbox->limit = limit;
	return 0;
}

void inbox_close(struct inbox *inbox)
{
	munmap(inbox->bytes, inbox->limit);
	inbox->bytes = NULL;
}

/* 0 when `fd` is ready for `events` or broken, -1 with ETIMEDOUT. */
static int socket_wait(int fd, short events, int64_t deadline)
{
	struct pollfd wait = { .fd = fd, .events = events };

	for (;;) {
		int count = poll(&wait, 1, clock_left(deadline));

		if (count > 0)
			return 0;
		if (count < 0 && errno != EINTR)
			return -1;
		if (count == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

static int socket_write(int fd, const uint8_t *bytes, size_t length, int64_t deadline)
{
	while (length) {
		ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (count >= 0) {
			bytes += count;
			length -= (size_t)count;
		} else if (errno == EAGAIN) {
			if (socket_wait(fd, POLLOUT, deadline))
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

int message_send(int fd, uint8_t type, uint32_t stream, const void *bytes, size_t length,
		 int64_t deadline)
{
	uint8_t buffer[FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX];
	const uint8_t *next = bytes;

	do {
		size_t part = length < FRAME_PAYLOAD_MAX ? length : FRAME_PAYLOAD_MAX;
		struct frame frame = {
			.type = type,
			.flags = part < length ? FRAME_MORE : 0,
			.stream = stream,
			.length = (uint32_t)part,
		};

		frame_encode(&frame, buffer);
		if (part)
			memcpy(buffer + FRAME_HEADER_SIZE, next, part);
		if (socket_write(fd, buffer, FRAME_HEADER_SIZE + part, deadline))
			return -1;
		next += part;
		length -= part;
	} while (length);
	return 0;
}

int message_send_failure(int fd, uint32_t stream, const struct failure *failure, int64_t deadline)
{
	uint8_t bytes[sizeof(failure->text) + 64];
	struct field_writer reply = field_writer(bytes, sizeof(bytes));

	field_put_u32(&reply, FIELD_STATUS, (uint32_t)failure->status);
	field_put_text(&reply, FIELD_TEXT, failure->text);
	return message_send(fd, FRAME_REPLY, stream, bytes, reply.length, deadline);
}

struct payload message_payload(const struct message *message)
{
	return (struct payload){ .bytes = message->bytes, .length = message->length };
}

int reply_outcome(struct payload reply, struct failure *failure)
{
	int status = (int)payload_u32(reply, FIELD_STATUS, EPROTO);
	struct field text;

	if (status == 0)
		return 0;
	if (!payload_find(reply, FIELD_TEXT, &text))
		return failure_set(failure, status, "%s", errno_text(status));
	return failure_set(failure, status, "%.*s", (int)text.length, (const char *)text.bytes);
}

static int frame_receive(int fd, struct frame_reader *reader, int64_t deadline, struct frame *frame,
			 const uint8_t **payload)
{
	for (;;) {
		enum frame_status status = frame_reader_next(reader, frame, payload);
		uint8_t *space;
		size_t size;
		ssize_t count;

		if (status == FRAME_READY)
			return 0;
		if (status == FRAME_BAD) {
			errno = EPROTO;
			return -1;
		}
		space = frame_reader_space(reader, &size);
		count = recv(fd, space, size, MSG_DONTWAIT);
		if (count > 0) {
			frame_reader_filled(reader, (size_t)count);
		} else if (count == 0) {
			errno = ECONNRESET;
			return -1;
		} else if (errno == EAGAIN) {
			if (socket_wait(fd, POLLIN, deadline))
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
}

int message_receive(int fd, struct inbox *inbox, int64_t deadline, struct message *message)
{
	struct frame frame;
	const uint8_t *payload;

	message->bytes = inbox->bytes;
	message->length = 0;
	do {
		if (frame_receive(fd, &inbox->reader, deadline, &frame, &payload))
			return -1;
		if (message->length == 0) {
			message->type = frame.type;
			message->stream = frame.stream;
		} else if (frame.type != message->type || frame.stream != message->stream) {
			errno = EPROTO;
			return -1;
		}
		/* An empty frame that says MORE would make the loop run without end. */
		if (frame.flags & FRAME_MORE && frame.length == 0) {
			errno = EPROTO;
			return -1;
		}
		if (frame.length > inbox->limit - message->length) {
			errno = EMSGSIZE;
			return -1;
		}
		memcpy(inbox->bytes + message->length, payload, frame.length);
		message->length += frame.length;
	} while (frame.flags & FRAME_MORE);
	return 0;
}
