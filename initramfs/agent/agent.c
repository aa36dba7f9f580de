/* SPDX-License-Identifier: Apache-2.0 */
#include "agent.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "dispatch.h"
#include "ending.h"
#include "hello.h"
#include "log.h"
#include "reap.h"

/* Frames taken in one go, before the other direction and the descriptors have their turn. */
#define BATCH 16

static void hello_send(struct outbox *outbox)
{
	uint8_t payload[64];
	struct field_writer writer = field_writer(payload, sizeof(payload));

	hello_put(&writer);
	outbox_control(outbox, FRAME_HELLO, 0, payload, writer.length);
}

/* The agent survives any shortage of memory, and causes none of its own waits: reclaim must not
 * come back to us as a write to a file that we serve; what we use stays in memory, what we never
 * use is never brought in. A child's oom_score_adj is its RUN's to set. Without CAP_SYS_RESOURCE,
 * as in some test machines, some of this is refused. */
static void memory_keep(int proc_fd)
{
	int fd = openat(proc_fd, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "-1000", 5) < 0)
		log_error("oom_score_adj: %m");
	if (fd >= 0)
		close(fd);
	/* Keeps the container from opening descriptors that our children inherit. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		log_error("PR_SET_DUMPABLE: %m");
	if (prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0) < 0)
		log_error("PR_SET_IO_FLUSHER: %m");
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		log_error("mlockall: %m");
}

static int signals_open(struct agent *agent)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	return watch_open(agent->loop.epoll_fd, &agent->signals, fd, EPOLLIN, reap_children);
}

int agent_init(struct agent *agent, struct channel *channel, const char *cgroup)
{
	if (loop_open(&agent->loop, channel) < 0 || container_init(&agent->container, cgroup) < 0 ||
	    signals_open(agent) < 0 || timekeeping_begin(&agent->loop, &agent->timekeeping) < 0)
		return -1;
	memory_keep(agent->container.proc_fd);
	hello_send(&agent->loop.outbox);
	return 0;
}

/* Carries out what the host has sent. True if there may be more at once. */
static bool frames_take(struct agent *agent)
{
	for (int i = 0; i < BATCH; i++) {
		const uint8_t *payload;
		struct frame frame;

		if (!loop_take(&agent->loop, &frame, &payload))
			return false;
		if (!dispatch(agent, &frame, payload)) {
			loop_hang_up(&agent->loop, "the host broke the protocol");
			return false;
		}
	}
	return true;
}

static int64_t next_deadline(const struct agent *agent)
{
	int64_t deadline =
	    clock_earlier(agent->processes.deadline, resolver_deadline(&agent->resolver));

	return agent->loop.phase == PHASE_SERVING ? deadline
						  : clock_earlier(deadline, agent->loop.deadline);
}

void agent_run(struct agent *agent)
{
	struct loop *loop = &agent->loop;

	while (loop->phase != PHASE_OVER) {
		bool more = frames_take(agent);

		more |= loop_send(loop);
		processes_advance(loop, &agent->processes);
		ending_advance(loop, &agent->container, &agent->processes);
		more |= resolver_advance(loop, &agent->resolver);
		more |= loop->channel && outbox_waits(&loop->outbox);
		if (loop->phase != PHASE_OVER)
			loop_wait(loop, next_deadline(agent), more);
	}
	if (loop->channel)
		channel_close(loop->channel);
}
