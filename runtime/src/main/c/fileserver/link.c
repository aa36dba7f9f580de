/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "little_endian.h"
#include "request.h"

#define FRAMES_MAX ((REPLY_MAX + FRAME_PAYLOAD_MAX - 1) / FRAME_PAYLOAD_MAX)

static struct frame_reader reader;

void link_fail(const char *why)
{
	dprintf(STDERR_FILENO, "fileserver: the monitor sent %s\n", why);
	_exit(EXIT_FAILURE);
}

void link_read(struct frame *frame, const uint8_t **payload)
{
	for (;;) {
		enum frame_status status = frame_reader_next(&reader, frame, payload);
		ssize_t count;
		size_t size;
		uint8_t *space;

		if (status == FRAME_READY)
			return;
		if (status == FRAME_BAD)
			link_fail("a malformed frame");
		space = frame_reader_space(&reader, &size);
		count = read(LINK_FD, space, size);
		if (count > 0)
			frame_reader_filled(&reader, (size_t)count);
		else if (!count || errno != EINTR)
			_exit(EXIT_SUCCESS);
	}
}

static void write_all(struct iovec *vectors, int count)
{
	while (count) {
		ssize_t written = writev(LINK_FD, vectors, count);

		if (written < 0 && errno != EINTR)
			_exit(EXIT_SUCCESS);
		for (; count && written >= (ssize_t)vectors->iov_len; vectors++, count--)
			written -= (ssize_t)vectors->iov_len;
		if (count && written > 0) {
			vectors->iov_base = (uint8_t *)vectors->iov_base + written;
			vectors->iov_len -= (size_t)written;
		}
	}
}

static struct iovec vector_of(const uint8_t *bytes, size_t length)
{
	return (struct iovec){ .iov_base = (void *)(uintptr_t)bytes, .iov_len = length };
}

void link_write_data(uint32_t stream, const uint8_t *bytes, size_t length, uint32_t window)
{
	uint8_t headers[FRAMES_MAX + 1][FRAME_HEADER_SIZE];
	struct iovec vectors[2 * (FRAMES_MAX + 1)];
	uint8_t window_bytes[4];
	int count = 0;

	for (size_t sent = 0; sent < length;) {
		size_t piece = length - sent;
		struct frame frame = { .type = FRAME_DATA, .stream = stream };

		piece = piece < FRAME_PAYLOAD_MAX ? piece : FRAME_PAYLOAD_MAX;
		frame.length = (uint32_t)piece;
		frame_encode(&frame, headers[count / 2]);
		vectors[count] = vector_of(headers[count / 2], FRAME_HEADER_SIZE);
		vectors[count + 1] = vector_of(bytes + sent, piece);
		count += 2;
		sent += piece;
	}
	if (window) {
		struct frame frame = { .type = FRAME_WINDOW, .stream = stream, .length = 4 };

		little_put32(window_bytes, window);
		frame_encode(&frame, headers[count / 2]);
		vectors[count] = vector_of(headers[count / 2], FRAME_HEADER_SIZE);
		vectors[count + 1] = vector_of(window_bytes, 4);
		count += 2;
	}
	write_all(vectors, count);
}

void link_write(uint8_t type, uint32_t stream, const uint8_t *bytes, size_t length)
{
	do {
		size_t part = length < FRAME_PAYLOAD_MAX ? length : FRAME_PAYLOAD_MAX;
		struct frame frame = { .type = type, .stream = stream, .length = (uint32_t)part };
		uint8_t header[FRAME_HEADER_SIZE];
		struct iovec vectors[2] = { vector_of(header, sizeof(header)),
					    vector_of(bytes, part) };

		frame.flags = part < length ? FRAME_MORE : 0;
		frame_encode(&frame, header);
		write_all(vectors, 2);
		bytes += part;
		length -= part;
	} while (length);
}
