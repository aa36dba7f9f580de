/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach.h"
#include "cgroup.h"
#include "clock.h"
#include "descriptor.h"
#include "message.h"
#include "packet.h"
#include "privilege.h"
#include "process.h"

/*
 * Stands in dom0 for a process by exec: hands its own stdin, stdout and stderr to the container's
 * monitor, passes on every signal that it gets, and exits as the process does. It holds nothing of
 * its caller's. See docs/protocol.md "Monitor and session".
 */

#define PROCESS_NAME "xenrunc-session"
#define LAUNCHER_LINK 3
#define LINK_MS 10000
#define REQUEST_MAX (128u << 10)
#define CODE_KILLED (128 + SIGKILL)

/* SPAWN_SESSION's payload. */
struct spawn {
	char socket[108];
	uint32_t monitor, terminal;
};

static bool spawn_take(const struct message *message, struct spawn *spawn)
{
	struct payload payload = message_payload(message);

	memset(spawn, 0, sizeof(*spawn));
	if (message->type != FRAME_SPAWN_SESSION ||
	    !payload_valid(TO_LAUNCHER, message->type, payload))
		return false;
	payload_text_of(payload, FIELD_SOCKET, spawn->socket, sizeof(spawn->socket));
	spawn->monitor = payload_u32(payload, FIELD_PID, 0);
	spawn->terminal = payload_u32(payload, FIELD_TERMINAL, 0);
	return spawn->socket[0];
}

static _Noreturn void setup_failed(const struct message *request, const struct failure *failure)
{
	message_send_failure(LAUNCHER_LINK, request->stream, failure, clock_ms() + LINK_MS);
	exit(1);
}

/* The monitor's own cgroup, which is the container's: "0::" in /proc/PID/cgroup. */
static int cgroup_join(uint32_t monitor, struct failure *failure)
{
	char path[64], line[4096];
	int result = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/cgroup", monitor);
	file = fopen(path, "re");
	if (!file)
		return failure_set(failure, ESRCH, "container not running");
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::/", 4) == 0 && line[4])
			result = cgroup_enter(line + 3, failure);
	}
	fclose(file);
	return result;
}

static int signals_open(struct failure *failure)
{
	/* The kernel's own calls: libc hides the real-time signals that it uses itself. */
	uint64_t all = ~0ull;
	int fd;

	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all)))
		return failure_errno(failure, errno, "block signals");
	fd = (int)syscall(SYS_signalfd4, -1, &all, sizeof(all), SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? failure_errno(failure, errno, "watch signals") : fd;
}

/* Leaves the host's files for those that the monitor sees, which are the container's. */
static int mounts_join(uint32_t monitor, struct failure *failure)
{
	char path[64];
	int fd, result = 0;

	snprintf(path, sizeof(path), "/proc/%u/ns/mnt", monitor);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failure_set(failure, ESRCH, "container not running");
	if (setns(fd, CLONE_NEWNS))
		result = failure_errno(failure, errno, "join the container's mounts");
	close(fd);
	return result;
}

/* The monitor, which has no way to the host's files, cannot give itself descriptions of its own. */
static int streams_attach(const struct spawn *spawn, uint32_t *process, struct failure *failure)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		descriptor_own(fd);
	return attach(spawn->socket, spawn->terminal, process, failure);
}

/* Lets go of what belongs to the caller. */
static int streams_release(struct failure *failure)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			return failure_errno(failure, errno, "open /dev/null");
	close(null);
	return 0;
}

/* Returns the control socket. */
static int setup(int *signals)
{
	struct failure failure = { .status = 0 };
	struct field_writer reply;
	uint8_t bytes[128];
	struct inbox inbox;
	struct message request;
	struct spawn spawn;
	uint64_t start_time;
	uint32_t process = 0;
	int control;

	if (inbox_open(&inbox, REQUEST_MAX) ||
	    message_receive(LAUNCHER_LINK, &inbox, clock_ms() + LINK_MS, &request))
		exit(1);
	prctl(PR_SET_NAME, PROCESS_NAME);
	if (!spawn_take(&request, &spawn)) {
		failure_set(&failure, EBADMSG, "SPAWN_SESSION is malformed");
		setup_failed(&request, &failure);
	}
	if (setsid() < 0 && errno != EPERM) {
		failure_errno(&failure, errno, "begin a session");
		setup_failed(&request, &failure);
	}
	/* So that SIGWINCH comes when its size changes, and SIGHUP when its master is closed. */
	if (spawn.terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0)) {
		failure_errno(&failure, errno, "make the terminal the session's");
		setup_failed(&request, &failure);
	}
	*signals = signals_open(&failure);
	if (*signals < 0 || cgroup_join(spawn.monitor, &failure))
		setup_failed(&request, &failure);
	control = streams_attach(&spawn, &process, &failure);
	if (control < 0 || streams_release(&failure))
		setup_failed(&request, &failure);
	if (process_start_time(getpid(), &start_time)) {
		failure_errno(&failure, errno, "find the session's start time");
		setup_failed(&request, &failure);
	}
	if (mounts_join(spawn.monitor, &failure) || privilege_drop(&failure))
		setup_failed(&request, &failure);
	reply = field_writer(bytes, sizeof(bytes));
	field_put_u32(&reply, FIELD_STATUS, 0);
	field_put_u32(&reply, FIELD_PID, (uint32_t)getpid());
	field_put_u64(&reply, FIELD_START_TIME, start_time);
	field_put_u32(&reply, FIELD_PROCESS, process);
	message_send(LAUNCHER_LINK, FRAME_REPLY, request.stream, reply.bytes, reply.length,
		     clock_ms() + LINK_MS);
	close(LAUNCHER_LINK);
	inbox_close(&inbox);
	return control;
}

static void signal_pass(int signals, int control)
{
	struct signalfd_siginfo signal;
	uint8_t bytes[64];

	while (read(signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		struct field_writer writer = field_writer(bytes, sizeof(bytes));
		/* The kernel's tells of the terminal, somebody's own is the process's. */
		bool resize = signal.ssi_signo == SIGWINCH && signal.ssi_code == SI_KERNEL;

		if (!resize)
			field_put_u32(&writer, FIELD_SIGNAL, signal.ssi_signo);
		packet_send(control, resize ? FRAME_RESIZE : FRAME_SIGNAL, &writer);
	}
}

/* The exit code that EXITED tells. A monitor that sends something else cannot be trusted. */
static int exited_take(const uint8_t *bytes, size_t length)
{
	struct packet packet;

	if (!packet_read(bytes, length, &packet) ||
	    !payload_valid(TO_SESSION, packet.type, packet.payload))
		return CODE_KILLED;
	return (int)payload_u32(packet.payload, FIELD_CODE, CODE_KILLED);
}

int main(void)
{
	uint8_t packet[PACKET_SIZE];
	int signals, control = setup(&signals);

	for (;;) {
		struct pollfd polls[] = { { .fd = signals, .events = POLLIN },
					  { .fd = control, .events = POLLIN } };
		ssize_t length;

		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			return CODE_KILLED;
		if (polls[0].revents)
			signal_pass(signals, control);
		if (!polls[1].revents)
			continue;
		length = recv(control, packet, sizeof(packet), MSG_DONTWAIT);
		/* That the monitor closed with a packet of ours unread is told before what it sent.
		 */
		if (length < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
			continue;
		/* Its end without EXITED is the monitor's, and with it the container's. */
		return length > 0 ? exited_take(packet, (size_t)length) : CODE_KILLED;
	}
}
