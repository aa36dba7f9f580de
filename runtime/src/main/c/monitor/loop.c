/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include <poll.h>
#include <stdbool.h>

#include "clock.h"
#include "engine.h"
#include "guest.h"
#include "log.h"
#include "requests.h"
#include "server.h"
#include "signals.h"
#include "streams.h"

#define EXIT_LOST 255

enum {
	POLL_SIGNALS,
	POLL_LISTENER,
	POLL_CHILD,
	POLL_GUEST,
	POLL_ENGINE,
	POLL_SERVER,
	POLL_INPUT,
	POLL_OUTPUT,
	POLL_ERRORS,
	POLLS,
};

/* Asks only for what is not known yet: a descriptor that is not asked about is left out, because
 * poll(2) reports a hang-up in any case. */
static struct pollfd peer_poll(const struct peer *peer, bool read, bool write)
{
	short events = (short)((read && !peer->readable ? POLLIN : 0) |
			       (write && !peer->writable ? POLLOUT : 0));

	return (struct pollfd){ .fd = events ? peer->fd : -1, .events = events };
}

static void peer_polled(struct peer *peer, const struct pollfd *poll)
{
	if (poll->revents & (POLLIN | POLLHUP | POLLERR))
		peer->readable = true;
	if (poll->revents & (POLLOUT | POLLHUP | POLLERR))
		peer->writable = true;
}

static void polls_fill(struct monitor *monitor, struct pollfd *polls)
{
	bool reads_input = monitor->phase == PHASE_SERVING && monitor->main_running &&
			   !monitor->input.ended && monitor->input.window;

	polls[POLL_SIGNALS] = (struct pollfd){ .fd = monitor->signals.fd, .events = POLLIN };
	polls[POLL_LISTENER] = (struct pollfd){ .fd = monitor->listener.fd, .events = POLLIN };
	polls[POLL_CHILD] = (struct pollfd){ .fd = -1 };
	if (monitor->phase != PHASE_LOST && monitor->phase != PHASE_ENDING)
		polls[POLL_CHILD] =
		    (struct pollfd){ .fd = monitor->server_watch, .events = POLLIN };
	polls[POLL_GUEST] = peer_poll(&monitor->guest, true, queue_length(&monitor->to_guest) != 0);
	if (monitor->channel && polls[POLL_GUEST].fd >= 0)
		polls[POLL_GUEST].events =
		    channel_events(monitor->channel, polls[POLL_GUEST].events & POLLIN,
				   polls[POLL_GUEST].events & POLLOUT);
	polls[POLL_ENGINE] =
	    peer_poll(&monitor->engine, true, queue_length(&monitor->to_engine) != 0);
	polls[POLL_SERVER] =
	    peer_poll(&monitor->server, true, queue_length(&monitor->to_server) != 0);
	polls[POLL_INPUT] = peer_poll(&monitor->input.peer, reads_input, false);
	polls[POLL_OUTPUT] =
	    peer_poll(&monitor->output.peer, false, queue_length(&monitor->output.queue) != 0);
	polls[POLL_ERRORS] =
	    peer_poll(&monitor->errors.peer, false, queue_length(&monitor->errors.queue) != 0);
}

static void polls_take(struct monitor *monitor, const struct pollfd *polls)
{
	if (polls[POLL_SIGNALS].revents)
		signals_take(monitor);
	if (monitor->channel && polls[POLL_GUEST].revents) {
		channel_awake(monitor->channel);
		/* A vchan's one event may mean bytes, room, or both. */
		monitor->guest.readable = monitor->guest.writable = true;
	}
	peer_polled(&monitor->engine, &polls[POLL_ENGINE]);
	peer_polled(&monitor->server, &polls[POLL_SERVER]);
	peer_polled(&monitor->input.peer, &polls[POLL_INPUT]);
	peer_polled(&monitor->output.peer, &polls[POLL_OUTPUT]);
	peer_polled(&monitor->errors.peer, &polls[POLL_ERRORS]);
	if (polls[POLL_LISTENER].revents)
		engine_accept(monitor);
	if (polls[POLL_CHILD].revents)
		guest_lost(monitor, "the file server died");
}

/* The earliest thing that must not wait any longer; -1 = nothing. */
static int64_t next_deadline(const struct monitor *monitor)
{
	switch (monitor->phase) {
	case PHASE_WAITING:
		return monitor->engine.fd < 0 ? monitor->orphan_deadline : -1;
	case PHASE_SERVING:
		return -1;
	case PHASE_GREETING:
	case PHASE_LOST:
	case PHASE_ENDING:
		break;
	}
	return monitor->phase_deadline;
}

/* True if the monitor's work is over; then its exit code is right. */
static bool monitor_over(struct monitor *monitor)
{
	int64_t deadline = next_deadline(monitor);
	bool late = deadline >= 0 && clock_ms() >= deadline;

	switch (monitor->phase) {
	case PHASE_ENDING:
		if (late)
			log_warn("nobody takes the rest of the output");
		return late || streams_drained(monitor);
	case PHASE_WAITING:
	case PHASE_LOST:
		if (late) {
			log_warn(monitor->phase == PHASE_LOST ? "no engine says STOP"
							      : "no engine says CONNECT");
			monitor->exit_code = EXIT_LOST;
		}
		return late;
	case PHASE_GREETING:
		if (late)
			guest_silent(monitor);
		return false;
	case PHASE_SERVING:
		break;
	}
	return false;
}

static bool monitor_pump(struct monitor *monitor)
{
	bool moved = guest_pump(monitor);

	moved = engine_pump(monitor) || moved;
	moved = server_pump(monitor) || moved;
	moved = requests_signal(monitor) || moved;
	moved = requests_pump(monitor) || moved;
	return streams_pump(monitor) || moved;
}

int monitor_run(struct monitor *monitor)
{
	struct pollfd polls[POLLS];

	for (;;) {
		bool moved = monitor_pump(monitor);
		int64_t deadline = next_deadline(monitor);
		int timeout = deadline < 0 ? -1 : clock_left(deadline);

		if (!moved && monitor_over(monitor))
			break;
		polls_fill(monitor, polls);
		if (poll(polls, POLLS, moved ? 0 : timeout) > 0)
			polls_take(monitor, polls);
	}
	server_end(monitor);
	return monitor->exit_code;
}
