/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include <poll.h>
#include <stdbool.h>

#include "clock.h"
#include "engine.h"
#include "guest.h"
#include "log.h"
#include "netwatch.h"
#include "processes.h"
#include "requests.h"
#include "resolver.h"
#include "server.h"
#include "sessions.h"
#include "signals.h"
#include "streams.h"
#include "timekeeping.h"

#define EXIT_LOST 255

enum {
	POLL_SIGNALS,
	POLL_CLOCK,
	POLL_NETWORK,
	POLL_LISTENER,
	POLL_SESSIONS,
	POLL_CHILD,
	POLL_RESOLVER,
	POLL_GUEST,
	POLL_ENGINE,
	POLL_SERVER,
	POLL_PROCESSES, /* PROCESS_POLLS for each process in use, by number */
};

#define PROCESS_POLLS 4
#define POLLS (POLL_PROCESSES + PROCESS_POLLS * PROCESS_MAX)

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

static void process_polls_fill(const struct monitor *monitor, const struct process *process,
			       struct pollfd *polls)
{
	bool reads_input = monitor->phase == PHASE_SERVING && process->running &&
			   !process->input.ended && process->input.window;

	polls[0] = peer_poll(&process->session, true, false);
	polls[1] = peer_poll(&process->input.peer, reads_input, false);
	polls[2] =
	    peer_poll(&process->output.peer, false, queue_length(&process->output.queue) != 0);
	polls[3] =
	    peer_poll(&process->errors.peer, false, queue_length(&process->errors.queue) != 0);
}

/* How many there are. */
static nfds_t polls_fill(struct monitor *monitor, struct pollfd *polls)
{
	nfds_t count = POLL_PROCESSES;

	polls[POLL_SIGNALS] = (struct pollfd){ .fd = monitor->signals.fd, .events = POLLIN };
	polls[POLL_CLOCK] = (struct pollfd){ .fd = monitor->clock_watch, .events = POLLIN };
	polls[POLL_NETWORK] = (struct pollfd){ .fd = monitor->netwatch.fd, .events = POLLIN };
	polls[POLL_LISTENER] = (struct pollfd){ .fd = monitor->listener.fd, .events = POLLIN };
	polls[POLL_RESOLVER] =
	    (struct pollfd){ .fd = monitor->resolver.epoll_fd, .events = POLLIN };
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
	polls[POLL_SESSIONS] = (struct pollfd){ .fd = monitor->sessions.fd, .events = POLLIN };
	for (uint32_t number = PROCESS_MAIN; number <= monitor->processes_top; number++) {
		if (!monitor->processes[number])
			continue;
		process_polls_fill(monitor, monitor->processes[number], polls + count);
		count += PROCESS_POLLS;
	}
	return count;
}

/* No process has come or gone since they were filled. */
static void process_polls_take(struct monitor *monitor, const struct pollfd *polls)
{
	for (uint32_t number = PROCESS_MAIN; number <= monitor->processes_top; number++) {
		struct process *process = monitor->processes[number];

		if (!process)
			continue;
		peer_polled(&process->session, &polls[0]);
		peer_polled(&process->input.peer, &polls[1]);
		peer_polled(&process->output.peer, &polls[2]);
		peer_polled(&process->errors.peer, &polls[3]);
		polls += PROCESS_POLLS;
	}
}

static void polls_take(struct monitor *monitor, const struct pollfd *polls)
{
	if (polls[POLL_SIGNALS].revents)
		signals_take(monitor);
	if (polls[POLL_CLOCK].revents)
		timekeeping_woken(monitor);
	if (polls[POLL_NETWORK].revents)
		netwatch_woken(monitor);
	if (polls[POLL_RESOLVER].revents)
		resolver_woken(&monitor->resolver);
	if (monitor->channel && polls[POLL_GUEST].revents) {
		channel_awake(monitor->channel);
		/* A vchan's one event may mean bytes, room, or both. */
		monitor->guest.readable = monitor->guest.writable = true;
	}
	peer_polled(&monitor->engine, &polls[POLL_ENGINE]);
	peer_polled(&monitor->server, &polls[POLL_SERVER]);
	process_polls_take(monitor, polls + POLL_PROCESSES);
	if (polls[POLL_LISTENER].revents)
		engine_accept(monitor);
	if (polls[POLL_SESSIONS].revents)
		sessions_accept(monitor);
	if (polls[POLL_CHILD].revents)
		guest_lost(monitor, "the file server died");
}

/* When the rest of the main process's output is dropped; -1 = there is none. */
static int64_t main_deadline(const struct monitor *monitor)
{
	const struct process *process = monitor->processes[PROCESS_MAIN];

	return streams_drained(process) ? -1 : process_drain_deadline(process);
}

/* Whether all that the processes have written is taken, or nobody takes the rest. */
static bool ending_over(const struct monitor *monitor)
{
	int64_t deadline = main_deadline(monitor);

	/* What nobody takes of the others' is dropped in time (processes_pump). */
	if (!processes_told(monitor) || (deadline >= 0 && clock_ms() < deadline))
		return false;
	if (deadline >= 0)
		log_warn("nobody takes the rest of the output");
	return true;
}

/* What the phase lets wait until then and no longer; -1 = nothing. */
static int64_t phase_deadline(const struct monitor *monitor)
{
	switch (monitor->phase) {
	case PHASE_WAITING:
		return monitor->engine.fd < 0 ? monitor->orphan_deadline : -1;
	case PHASE_SERVING:
		return clock_earlier(processes_deadline(monitor),
				     resolver_deadline(&monitor->resolver));
	case PHASE_ENDING:
		return processes_told(monitor) ? main_deadline(monitor)
					       : processes_deadline(monitor);
	case PHASE_GREETING:
	case PHASE_LOST:
		break;
	}
	return monitor->phase_deadline;
}

/* True if the monitor's work is over; then its exit code is right. */
static bool monitor_over(struct monitor *monitor)
{
	int64_t deadline = phase_deadline(monitor);
	bool late = deadline >= 0 && clock_ms() >= deadline;

	switch (monitor->phase) {
	case PHASE_ENDING:
		return ending_over(monitor);
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

/* How long poll(2) may wait. */
static int next_timeout(const struct monitor *monitor)
{
	int64_t deadline = clock_earlier(phase_deadline(monitor), netwatch_deadline(monitor));

	return deadline < 0 ? -1 : clock_left(deadline);
}

static bool monitor_pump(struct monitor *monitor)
{
	bool moved = guest_pump(monitor);

	moved = resolver_pump(monitor) || moved;
	moved = engine_pump(monitor) || moved;
	moved = server_pump(monitor) || moved;
	moved = processes_pump(monitor) || moved;
	moved = timekeeping_pump(monitor) || moved;
	moved = requests_signal(monitor) || moved;
	moved = requests_pump(monitor) || moved;
	return streams_pump(monitor) || moved;
}

int monitor_run(struct monitor *monitor)
{
	static struct pollfd polls[POLLS];

	for (;;) {
		bool moved = monitor_pump(monitor);
		int timeout = next_timeout(monitor);

		if (!moved && monitor_over(monitor))
			break;
		if (poll(polls, polls_fill(monitor, polls), moved ? 0 : timeout) > 0)
			polls_take(monitor, polls);
	}
	server_end(monitor);
	return monitor->exit_code;
}
