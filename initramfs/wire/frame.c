/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <string.h>

#include "little_endian.h"

void frame_encode(const struct frame *frame, uint8_t bytes[FRAME_HEADER_SIZE])
{
	bytes[0] = frame->type;
	bytes[1] = frame->flags;
	little_put16(bytes + 2, 0);
	little_put32(bytes + 4, frame->stream);
	little_put32(bytes + 8, frame->length);
}

bool frame_decode(const uint8_t bytes[FRAME_HEADER_SIZE], struct frame *frame)
{
	frame->type = bytes[0];
	frame->flags = bytes[1];
	frame->stream = little_get32(bytes + 4);
	frame->length = little_get32(bytes + 8);
	return (frame->flags & ~FRAME_MORE) == 0 && little_get16(bytes + 2) == 0 &&
	       frame->length <= FRAME_PAYLOAD_MAX;
}

void frame_reader_init(struct frame_reader *reader)
{
	reader->start = reader->end = 0;
}

uint8_t *frame_reader_space(struct frame_reader *reader, size_t *size)
{
	/* The rest of a frame moves to the front: a whole frame then always fits behind it. */
	if (reader->start) {
		memmove(reader->buffer, reader->buffer + reader->start,
			reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
	}
	*size = sizeof(reader->buffer) - reader->end;
	return reader->buffer + reader->end;
}

void frame_reader_filled(struct frame_reader *reader, size_t count)
{
	reader->end += count;
}

enum frame_status frame_reader_next(struct frame_reader *reader, struct frame *frame,
				    const uint8_t **payload)
{
	const uint8_t *header = reader->buffer + reader->start;
	size_t available = reader->end - reader->start;

	if (available < FRAME_HEADER_SIZE)
		return FRAME_NONE;
	if (!frame_decode(header, frame))
		return FRAME_BAD;
	if (available - FRAME_HEADER_SIZE < frame->length)
		return FRAME_NONE;
	*payload = header + FRAME_HEADER_SIZE;
	reader->start += FRAME_HEADER_SIZE + frame->length;
	return FRAME_READY;
}
