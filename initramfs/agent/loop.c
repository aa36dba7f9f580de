/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "log.h"
#include "watch.h"

/* Frames sent in one go, before the other direction and the descriptors have their turn. */
#define BATCH 16
#define EVENTS_MAX 64

int loop_open(struct loop *loop, struct channel *channel)
{
	loop->channel = channel;
	frame_reader_init(&loop->reader);
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return loop->epoll_fd < 0 ? -1 : 0;
}

void loop_hang_up(struct loop *loop, const char *why)
{
	log_info("channel: %s", why);
	channel_close(loop->channel);
	loop->channel = NULL;
}

/* Reads bytes from the channel. False if there are none now, or the channel is lost. */
static bool loop_fill(struct loop *loop)
{
	size_t size;
	uint8_t *space = frame_reader_space(&loop->reader, &size);
	ssize_t got = channel_read(loop->channel, space, size);

	if (got > 0)
		frame_reader_filled(&loop->reader, (size_t)got);
	else if (got == 0 || errno != EAGAIN)
		loop_hang_up(loop, got ? strerror(errno) : "closed by the host");
	return got > 0;
}

bool loop_take(struct loop *loop, struct frame *frame, const uint8_t **payload)
{
	enum frame_status status;

	if (!loop->channel)
		return false;
	do {
		if (!outbox_has_room(&loop->outbox))
			return false;
		status = frame_reader_next(&loop->reader, frame, payload);
		if (status == FRAME_READY)
			return true;
		if (status == FRAME_BAD) {
			loop_hang_up(loop, "the host broke the protocol");
			return false;
		}
	} while (loop_fill(loop));
	return false;
}

bool loop_send(struct loop *loop)
{
	struct outbox *outbox = &loop->outbox;

	for (int i = 0; loop->channel && i < BATCH; i++) {
		ssize_t put;

		if (!outbox_next(outbox, loop))
			return false;
		put = channel_write(loop->channel, outbox->frame + outbox->start,
				    outbox->end - outbox->start);
		if (put < 0 && errno == EAGAIN)
			return false;
		if (put <= 0) {
			loop_hang_up(loop, put ? strerror(errno) : "closed by the host");
			return false;
		}
		outbox->start += (size_t)put;
		loop->sent = true;
	}
	return loop->channel;
}

static void watches_wake(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, 0);

	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;

		/* An earlier event of this round may have closed it. */
		if (watch->fd >= 0)
			watch->woken(loop, watch);
	}
}

void loop_wait(struct loop *loop, int64_t deadline, bool at_once)
{
	int timeout = deadline < 0 ? -1 : clock_left(deadline);
	struct pollfd polled[2] = { { .fd = loop->epoll_fd, .events = POLLIN }, { .fd = -1 } };

	if (loop->channel) {
		bool want_write = loop->outbox.start < loop->outbox.end;

		polled[1].fd = channel_fd(loop->channel);
		polled[1].events =
		    channel_events(loop->channel, outbox_has_room(&loop->outbox), want_write);
	}
	if (poll(polled, 2, at_once ? 0 : timeout) < 0)
		return;
	if (polled[1].revents && loop->channel)
		channel_awake(loop->channel);
	if (polled[0].revents)
		watches_wake(loop);
}
