/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vchan_hello DOMID RING-REF EVENT-CHANNEL: dom0's side of a guest's channel, as small as can be:
 * says HELLO, PING and SHUTDOWN and prints what the agent answers. For the lab, not for `make
 * test`.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "field.h"
#include "frame.h"
#include "vchan_host.h"

static struct channel *channel;
static struct frame_reader reader;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void await(bool write)
{
	struct pollfd polled = { .fd = channel_fd(channel),
				 .events = channel_events(channel, true, write) };

	if (poll(&polled, 1, 10000) <= 0) {
		fprintf(stderr, "vchan_hello: nothing for 10 s\n");
		exit(EXIT_FAILURE);
	}
	channel_awake(channel);
}

static void say(uint8_t type, uint32_t stream, const void *payload, size_t length)
{
	struct frame frame = { .type = type, .stream = stream, .length = (uint32_t)length };
	uint8_t bytes[FRAME_HEADER_SIZE + 64];

	frame_encode(&frame, bytes);
	for (size_t i = 0; i < length; i++)
		bytes[FRAME_HEADER_SIZE + i] = ((const uint8_t *)payload)[i];
	while (channel_write(channel, bytes, FRAME_HEADER_SIZE + length) < 0 && errno == EAGAIN)
		await(true);
}

/* Waits for the next frame and prints it. */
static void hear(void)
{
	double begin = now();
	const uint8_t *payload;
	struct frame frame;

	while (frame_reader_next(&reader, &frame, &payload) != FRAME_READY) {
		size_t size;
		uint8_t *space = frame_reader_space(&reader, &size);
		ssize_t got = channel_read(channel, space, size);

		if (got > 0) {
			frame_reader_filled(&reader, (size_t)got);
		} else if (got < 0 && errno == EAGAIN) {
			await(false);
		} else {
			printf("closed\n");
			exit(EXIT_FAILURE);
		}
	}
	struct field_reader fields = field_reader(payload, frame.length);
	struct field field;

	printf("<< type %#04x stream %u:", frame.type, frame.stream);
	while (field_next(&fields, &field)) {
		uint32_t value = 0;

		field_u32(&field, &value);
		printf(" %u=%u", field.tag, value);
	}
	printf(" after %.2f ms\n", now() - begin);
}

int main(int argc, char **argv)
{
	uint8_t hello[64];
	struct field_writer writer = field_writer(hello, sizeof(hello));

	if (argc != 4)
		return EXIT_FAILURE;
	channel = channel_join_vchan(open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC),
				     open("/dev/xen/evtchn", O_RDWR | O_NONBLOCK | O_CLOEXEC),
				     (uint32_t)atoi(argv[1]), (uint32_t)atoi(argv[2]),
				     (uint32_t)atoi(argv[3]));
	if (!channel) {
		perror("vchan_hello: join");
		return EXIT_FAILURE;
	}
	hear();
	field_put_u32(&writer, FIELD_PROTOCOL, PROTOCOL_VERSION);
	field_put_u32(&writer, FIELD_PROTOCOL_MIN, PROTOCOL_VERSION_MIN);
	say(FRAME_HELLO, 0, hello, writer.length);
	for (uint32_t request = 1; request <= 5; request++) {
		say(FRAME_PING, request, NULL, 0);
		hear();
	}
	say(FRAME_SHUTDOWN, 6, NULL, 0);
	hear();
	channel_close(channel);
	return EXIT_SUCCESS;
}
