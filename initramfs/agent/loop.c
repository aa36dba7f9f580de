/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "agent.h"
#include "log.h"

/*
 * The loop. It waits in poll(2) alone, for the channel and for everything else at once, and never
 * for a file, a child or the host: so a PING is answered whatever the container does.
 */

/* Frames taken or sent in one go, before the other direction and the descriptors have their turn.
 */
#define BATCH 16
#define EVENTS_MAX 64

static void channel_lost(struct agent *agent, const char *why)
{
	log_info("channel: %s", why);
	channel_close(agent->channel);
	agent->channel = NULL;
	ending_without_host(agent);
}

/* Takes what the host has sent. True if there may be more at once. */
static bool loop_read(struct agent *agent)
{
	for (int i = 0; i < BATCH; i++) {
		enum frame_status status;
		struct frame frame;
		const uint8_t *payload;
		uint8_t *space;
		size_t size;
		ssize_t got;

		if (!outbox_has_room(&agent->outbox))
			return false; /* until replies have been read */
		status = frame_reader_next(&agent->reader, &frame, &payload);
		if (status == FRAME_BAD ||
		    (status == FRAME_READY && !agent_frame(agent, &frame, payload))) {
			channel_lost(agent, "the host broke the protocol");
			return false;
		}
		if (status == FRAME_READY)
			continue;
		space = frame_reader_space(&agent->reader, &size);
		got = channel_read(agent->channel, space, size);
		if (got < 0 && errno == EAGAIN)
			return false;
		if (got <= 0) {
			channel_lost(agent, got ? strerror(errno) : "closed by the host");
			return false;
		}
		frame_reader_filled(&agent->reader, (size_t)got);
	}
	return true;
}

/* Sends what there is. True if there may be more at once. */
static bool loop_write(struct agent *agent)
{
	struct outbox *outbox = &agent->outbox;

	for (int i = 0; i < BATCH; i++) {
		ssize_t put;

		if (!outbox_next(agent))
			return false;
		put = channel_write(agent->channel, outbox->frame + outbox->start,
				    outbox->end - outbox->start);
		if (put < 0 && errno == EAGAIN)
			return false;
		if (put <= 0) {
			channel_lost(agent, put ? strerror(errno) : "closed by the host");
			return false;
		}
		outbox->start += (size_t)put;
		ending_progress(agent);
	}
	return true;
}

static void loop_events(struct agent *agent)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(agent->epoll_fd, events, EVENTS_MAX, 0);

	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;

		/* An earlier event of this round may have closed it. */
		if (watch->fd >= 0)
			watch->woken(agent, watch);
	}
}

static int loop_timeout(const struct agent *agent, bool at_once)
{
	int64_t deadline = processes_deadline(agent), left;

	if (at_once)
		return 0;
	if (agent->phase != PHASE_SERVING && (deadline < 0 || agent->deadline < deadline))
		deadline = agent->deadline;
	if (deadline < 0)
		return -1;
	left = deadline - agent_now();
	return left < 0 ? 0 : (int)left + 1;
}

static void loop_wait(struct agent *agent, bool at_once)
{
	struct pollfd polled[2] = { { .fd = agent->epoll_fd, .events = POLLIN }, { .fd = -1 } };

	if (agent->channel) {
		bool want_write = agent->outbox.start < agent->outbox.end;

		polled[1].fd = channel_fd(agent->channel);
		polled[1].events =
		    channel_events(agent->channel, outbox_has_room(&agent->outbox), want_write);
	}
	if (poll(polled, 2, loop_timeout(agent, at_once)) < 0)
		return;
	if (polled[1].revents && agent->channel)
		channel_awake(agent->channel);
	if (polled[0].revents)
		loop_events(agent);
}

void agent_run(struct agent *agent)
{
	while (agent->phase != PHASE_OVER) {
		bool more = agent->channel && loop_read(agent);

		processes_advance(agent);
		more |= agent->channel && loop_write(agent);
		ending_advance(agent);
		if (agent->phase != PHASE_OVER)
			loop_wait(agent, more);
	}
	if (agent->channel)
		channel_close(agent->channel);
}
