/* SPDX-License-Identifier: Apache-2.0 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "hello.h"
#include "little_endian.h"
#include "log.h"
#include "refresh.h"

#define REPLY_TEXT_MAX 512

int64_t agent_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void agent_reply(struct agent *agent, uint32_t request, uint32_t status, const char *text)
{
	uint8_t payload[2 * FIELD_HEADER_SIZE + sizeof(uint32_t) + REPLY_TEXT_MAX];
	struct field_writer writer = field_writer(payload, sizeof(payload));

	field_put_u32(&writer, FIELD_STATUS, status);
	if (*text)
		field_put(&writer, FIELD_TEXT, text, strnlen(text, REPLY_TEXT_MAX));
	outbox_control(&agent->outbox, FRAME_REPLY, request, payload, writer.length);
}

static void hello_send(struct agent *agent)
{
	uint8_t payload[64];
	struct field_writer writer = field_writer(payload, sizeof(payload));

	hello_put(&writer);
	outbox_control(&agent->outbox, FRAME_HELLO, 0, payload, writer.length);
}

static bool hello_take(struct agent *agent, const struct frame *frame, struct payload payload)
{
	struct hello hello;
	enum hello_verdict verdict = hello_read(frame->type, frame->stream, payload, &hello);

	if (verdict == HELLO_FOREIGN)
		log_error("the host speaks protocol %u to %u, this agent %u to %u", hello.least,
			  hello.version, PROTOCOL_VERSION_MIN, PROTOCOL_VERSION);
	agent->greeted = verdict == HELLO_GOOD;
	return agent->greeted;
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
	/* What its children have of it until they are the container's, the container cannot open.
	 */
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
	return watch_open(agent, &agent->signals, fd, EPOLLIN, reap_children);
}

int agent_init(struct agent *agent, struct channel *channel, const char *cgroup)
{
	struct container *container = &agent->container;

	agent->channel = channel;
	frame_reader_init(&agent->reader);
	container->report.fd = container->pidfd = container->mount_namespace = -1;
	agent->oom.watch.fd = -1;
	agent->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	container->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	container->pid_namespace = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (agent->epoll_fd < 0 || container->proc_fd < 0 || container->pid_namespace < 0 ||
	    cgroup_open(container, cgroup) < 0 || signals_open(agent) < 0)
		return -1;
	if (timekeeping_begin(agent) < 0)
		return -1;
	memory_keep(container->proc_fd);
	hello_send(agent);
	return 0;
}

/* DATA, END and WINDOW of a process's streams. Only stdin comes from the host, only stdout and
 * stderr have a window that it gives back. */
static bool stream_frame(struct agent *agent, const struct frame *frame, const uint8_t *payload)
{
	uint32_t which = frame->stream % 4;
	struct process *process = process_find(agent, frame->stream / 4);

	if (which == 3 || (frame->type == FRAME_WINDOW) == (which == 0) || frame->stream / 4 == 0 ||
	    frame->stream / 4 > PROCESS_MAX)
		return false;
	if (!process)
		return true; /* gone: the two directions cross */
	if (frame->type == FRAME_WINDOW)
		return output_window(agent, &process->output[which - 1], little_get32(payload));
	if (!process->input.open || process->input.ended)
		return true;
	if (frame->type == FRAME_DATA)
		return input_data(agent, &process->input, payload, frame->length);
	input_end(agent, &process->input);
	return true;
}

static bool export_frame(struct agent *agent, const struct frame *frame, const uint8_t *payload)
{
	uint32_t number = frame->stream - STREAM_FILES;

	if (number >= EXPORT_MAX)
		return false;
	if (frame->type == FRAME_DATA)
		return files_data(agent, number, payload, frame->length);
	if (frame->type == FRAME_WINDOW)
		return files_window(agent, number, little_get32(payload));
	files_end(agent, number);
	return true;
}

static bool request_frame(struct agent *agent, const struct frame *frame, struct payload payload)
{
	if (frame->type == FRAME_HELLO)
		return hello_take(agent, frame, payload);
	if (!payload_valid(TO_AGENT, frame->type, payload))
		return false;
	switch (frame->type) {
	case FRAME_PING:
		agent_reply(agent, frame->stream, 0, "");
		return true;
	case FRAME_PREPARE:
		container_prepare(agent, frame->stream, payload);
		return true;
	case FRAME_RUN:
		process_run(agent, frame->stream, payload);
		return true;
	case FRAME_SIGNAL:
		process_signal(agent, frame->stream, payload);
		return true;
	case FRAME_RESIZE:
		process_resize(agent, frame->stream, payload);
		return true;
	case FRAME_REFRESH:
		refresh(agent, frame->stream, payload);
		return true;
	case FRAME_UPDATE:
		update_start(agent, frame->stream, payload);
		return true;
	case FRAME_NETWORK:
		network_start(agent, frame->stream, payload);
		return true;
	case FRAME_STATS:
		stats_take(agent, frame->stream, payload);
		return true;
	case FRAME_CLOCK_SET:
		timekeeping_ask(agent, true);
		return frame->stream == 0;
	case FRAME_TIME:
		timekeeping_told(agent, payload);
		return frame->stream == 0;
	case FRAME_SHUTDOWN:
		agent_reply(agent, frame->stream, 0, "");
		ending_begin(agent);
		return true;
	default:
		return false;
	}
}

bool agent_frame(struct agent *agent, const struct frame *frame, const uint8_t *bytes)
{
	struct payload payload;
	enum message_status status;
	bool good;

	/* HELLO comes first, and once. */
	if (agent->greeted == (frame->type == FRAME_HELLO))
		return false;
	if (frame->type == FRAME_DATA || frame->type == FRAME_END || frame->type == FRAME_WINDOW) {
		if (frame->flags || (frame->type == FRAME_END && frame->length) ||
		    (frame->type == FRAME_WINDOW && frame->length != sizeof(uint32_t)))
			return false;
		return frame->stream >= STREAM_FILES ? export_frame(agent, frame, bytes)
						     : stream_frame(agent, frame, bytes);
	}
	status = messages_add(&agent->messages, frame, bytes, &payload);
	if (status != MESSAGE_WHOLE)
		return status == MESSAGE_PARTIAL;
	good = request_frame(agent, frame, payload);
	messages_done(&agent->messages, payload);
	return good;
}
