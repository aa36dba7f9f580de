/* SPDX-License-Identifier: Apache-2.0 */
#include "../frame.h"

#include <string.h>

#include "test.h"

/* Three frames in a row: empty, small with a flag, and of the largest size. */
#define SMALL 5
#define STREAM_SIZE (3 * FRAME_HEADER_SIZE + SMALL + FRAME_PAYLOAD_MAX)

static const struct frame frames[] = {
	{ .type = FRAME_PING, .stream = 7 },
	{ .type = FRAME_DATA, .flags = FRAME_MORE, .stream = 0x80000001, .length = SMALL },
	{ .type = FRAME_DATA, .stream = 0xffffffff, .length = FRAME_PAYLOAD_MAX },
};

#define FRAMES (sizeof(frames) / sizeof(frames[0]))

static uint8_t payload_byte(size_t frame, size_t at)
{
	return (uint8_t)(frame * 31 + at * 7);
}

static uint8_t *stream_make(void)
{
	uint8_t *stream = malloc(STREAM_SIZE), *next = stream;

	for (size_t i = 0; i < FRAMES; i++) {
		frame_encode(&frames[i], next);
		next += FRAME_HEADER_SIZE;
		for (size_t at = 0; at < frames[i].length; at++)
			*next++ = payload_byte(i, at);
	}
	return stream;
}

static void frame_expect(const struct frame *frame, const uint8_t *payload, size_t number)
{
	size_t wrong = 0;

	EXPECT(number < FRAMES);
	EXPECT(frame->type == frames[number].type && frame->flags == frames[number].flags);
	EXPECT(frame->stream == frames[number].stream && frame->length == frames[number].length);
	for (size_t at = 0; at < frame->length; at++)
		wrong += payload[at] != payload_byte(number, at);
	EXPECT(wrong == 0);
}

/* Takes what there is; the number of the next frame. */
static size_t frames_take(struct frame_reader *reader, size_t number)
{
	const uint8_t *payload;
	struct frame frame;
	enum frame_status status;

	while ((status = frame_reader_next(reader, &frame, &payload)) == FRAME_READY)
		frame_expect(&frame, payload, number++);
	EXPECT(status == FRAME_NONE);
	return number;
}

/* Feeds bytes as a socket would hand them out: as many as fit. */
static size_t bytes_feed(struct frame_reader *reader, const uint8_t *bytes, size_t length,
			 size_t number)
{
	while (length) {
		size_t room;
		uint8_t *space = frame_reader_space(reader, &room);
		size_t count = length < room ? length : room;

		EXPECT(room > 0);
		if (!room)
			break;
		memcpy(space, bytes, count);
		frame_reader_filled(reader, count);
		bytes += count;
		length -= count;
		number = frames_take(reader, number);
	}
	return number;
}

static void frames_survive_a_cut_at_every_byte(void)
{
	uint8_t *stream = stream_make();
	struct frame_reader *reader = malloc(sizeof(*reader));

	for (size_t cut = 0; cut <= STREAM_SIZE;
	     cut += cut < 64 || cut > STREAM_SIZE - 64 ? 1 : 97) {
		size_t number;

		frame_reader_init(reader);
		number = bytes_feed(reader, stream, cut, 0);
		number = bytes_feed(reader, stream + cut, STREAM_SIZE - cut, number);
		EXPECT(number == FRAMES);
	}
	free(reader);
	free(stream);
}

static void frames_come_out_of_single_bytes(void)
{
	uint8_t *stream = stream_make();
	struct frame_reader *reader = malloc(sizeof(*reader));
	size_t number = 0;

	frame_reader_init(reader);
	for (size_t at = 0; at < STREAM_SIZE; at++)
		number = bytes_feed(reader, stream + at, 1, number);
	EXPECT(number == FRAMES);
	free(reader);
	free(stream);
}

static void two_frames_of_one_feed_are_taken_in_turn(void)
{
	const struct frame first = { .type = FRAME_DATA, .length = 1 };
	struct frame_reader reader;
	const uint8_t *payload;
	struct frame frame;
	size_t room;
	uint8_t *space;

	frame_reader_init(&reader);
	space = frame_reader_space(&reader, &room);
	frame_encode(&first, space);
	space[FRAME_HEADER_SIZE] = 'a';
	frame_encode(&first, space + FRAME_HEADER_SIZE + 1);
	space[2 * FRAME_HEADER_SIZE + 1] = 'b';
	frame_reader_filled(&reader, 2 * FRAME_HEADER_SIZE + 2);
	EXPECT(frame_reader_next(&reader, &frame, &payload) == FRAME_READY && *payload == 'a');
	EXPECT(frame_reader_next(&reader, &frame, &payload) == FRAME_READY && *payload == 'b');
	EXPECT(frame_reader_next(&reader, &frame, &payload) == FRAME_NONE);
}

static enum frame_status header_judge(const uint8_t header[FRAME_HEADER_SIZE])
{
	struct frame_reader reader;
	const uint8_t *payload;
	struct frame frame;
	enum frame_status status;
	size_t room;

	frame_reader_init(&reader);
	memcpy(frame_reader_space(&reader, &room), header, FRAME_HEADER_SIZE);
	frame_reader_filled(&reader, FRAME_HEADER_SIZE);
	status = frame_reader_next(&reader, &frame, &payload);
	/* What is bad stays bad. */
	if (status == FRAME_BAD)
		EXPECT(frame_reader_next(&reader, &frame, &payload) == FRAME_BAD);
	return status;
}

static void header_that_breaks_a_rule_is_bad(void)
{
	const struct frame longest = { .type = FRAME_DATA, .length = FRAME_PAYLOAD_MAX };
	const struct frame too_long = { .type = FRAME_DATA, .length = FRAME_PAYLOAD_MAX + 1 };
	const struct frame endless = { .type = FRAME_DATA, .length = 0xffffffff };
	uint8_t header[FRAME_HEADER_SIZE];

	frame_encode(&longest, header);
	EXPECT(header_judge(header) == FRAME_NONE);
	for (unsigned int bit = 1; bit <= 0x80; bit <<= 1) {
		header[1] = (uint8_t)bit;
		EXPECT(header_judge(header) == (bit == FRAME_MORE ? FRAME_NONE : FRAME_BAD));
	}
	header[1] = 0;
	header[2] = 1;
	EXPECT(header_judge(header) == FRAME_BAD);
	header[2] = 0;
	header[3] = 0x80;
	EXPECT(header_judge(header) == FRAME_BAD);
	frame_encode(&too_long, header);
	EXPECT(header_judge(header) == FRAME_BAD);
	frame_encode(&endless, header);
	EXPECT(header_judge(header) == FRAME_BAD);
}

static void header_is_little_endian(void)
{
	static const uint8_t expected[FRAME_HEADER_SIZE] = { 0x10, 0x01, 0, 0,	  0x04, 0x03,
							     0x02, 0x01, 0, 0x10, 0,	0 };
	const struct frame frame = {
		.type = FRAME_DATA, .flags = FRAME_MORE, .stream = 0x01020304, .length = 0x1000
	};
	uint8_t header[FRAME_HEADER_SIZE];

	frame_encode(&frame, header);
	EXPECT(memcmp(header, expected, sizeof(expected)) == 0);
}

int main(void)
{
	static const struct test tests[] = {
		{ "frames survive a cut at every byte", frames_survive_a_cut_at_every_byte },
		{ "frames come out of single bytes", frames_come_out_of_single_bytes },
		{ "two frames of one feed are taken in turn",
		  two_frames_of_one_feed_are_taken_in_turn },
		{ "header that breaks a rule is bad", header_that_breaks_a_rule_is_bad },
		{ "header is little-endian", header_is_little_endian },
	};

	return test_run_all("frame_test", tests, sizeof(tests) / sizeof(tests[0]));
}
