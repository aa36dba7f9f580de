/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "packet.h"
#include "run.h"

/* The container's ends of a process's pipes. */
struct stdio {
	int fds[3];
	int count; /* 0 with a terminal */
};

static void stdio_close(const struct stdio *stdio)
{
	for (int i = 0; i < stdio->count; i++)
		close(stdio->fds[i]);
}

/* Makes the pipes; our ends go to the process, and never make us wait. */
static int stdio_open(struct agent *agent, struct process *process, struct stdio *stdio)
{
	for (stdio->count = 0; stdio->count < 3; stdio->count++) {
		bool input = stdio->count == 0;
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[input], F_SETFL, O_NONBLOCK) < 0)
			return -1;
		stdio->fds[stdio->count] = ends[!input];
		if (!input)
			process->waiting[stdio->count - 1] = ends[0];
		else if (input_attach(agent, &process->input, ends[1]) < 0)
			return -1;
	}
	return 0;
}

/* Tells the child that has prepared the container. */
static int spawn_first(struct agent *agent, struct payload payload, const struct stdio *stdio)
{
	int status = -1, memory = memfd_create("run", MFD_CLOEXEC);
	struct packet packet = { .bytes = "", .size = 1, .fds = { memory } };

	if (memory < 0)
		return -1;
	memcpy(packet.fds + 1, stdio->fds, sizeof(stdio->fds));
	packet.fd_count = 1 + (size_t)stdio->count;
	if (write(memory, payload.bytes, payload.length) == (ssize_t)payload.length)
		status = packet_send(agent->container.report.fd, &packet, MSG_DONTWAIT);
	close(memory);
	return status < 0 ? -1 : watch_release(&agent->container.report);
}

/* cgroup2 lets no process into a group that divides its resources among groups below. There the
 * first process shows the way, as for runc (libcontainer/process_linux.go, setnsProcess.start). */
static pid_t fork_beside_first(const struct container *container, uint64_t flags)
{
	int cgroup = cgroup_of_first(container), saved;
	pid_t pid;

	if (cgroup < 0)
		return -1;
	pid = child_fork(flags, cgroup, NULL);
	saved = errno;
	close(cgroup);
	errno = saved;
	return pid;
}

/* Forks into the container's pid namespace, which for a fork is the caller's to choose. */
static pid_t fork_inside(struct agent *agent, uint64_t flags)
{
	struct container *container = &agent->container;
	pid_t pid;

	if (setns(container->pidfd, CLONE_NEWPID) < 0)
		return -1;
	pid = child_fork(flags, container->cgroup_fd, NULL);
	if (pid < 0 && errno == EBUSY)
		pid = fork_beside_first(container, flags);
	if (pid != 0 && setns(container->pid_namespace, CLONE_NEWPID) < 0)
		abort(); /* every later child would be born into the container */
	return pid;
}

static int spawn_beside(struct agent *agent, struct process *process, struct payload payload,
			const struct stdio *stdio)
{
	int pair[2], saved;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	process->pid = fork_inside(agent, 0);
	if (process->pid == 0)
		run_beside_child(agent, payload, pair[1], stdio->count ? stdio->fds : NULL);
	saved = errno;
	close(pair[1]);
	if (process->pid < 0) {
		close(pair[0]);
		process->pid = 0;
		errno = saved;
		return -1;
	}
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	return pair[0];
}

int spawn(struct agent *agent, struct process *process, struct payload payload)
{
	struct stdio stdio = { .count = 0 };
	int report = -1, saved;

	if (payload_u32(payload, FIELD_TERMINAL, 0) || stdio_open(agent, process, &stdio) == 0) {
		if (process->number == PROCESS_MAIN) {
			process->pid = agent->container.pid;
			report = spawn_first(agent, payload, &stdio);
		} else {
			report = spawn_beside(agent, process, payload, &stdio);
		}
	}
	saved = errno;
	stdio_close(&stdio);
	errno = saved;
	return report;
}

pid_t spawn_signaller(struct agent *agent, int number)
{
	/* It does nothing but kill(2), which never waits: so may we. */
	pid_t pid = fork_inside(agent, CLONE_VFORK);

	if (pid == 0)
		_exit(kill(-1, number) < 0 && errno != ESRCH);
	return pid;
}

ssize_t report_receive(int socket, struct report *report, int *fd)
{
	struct packet packet = { .bytes = report, .size = sizeof(*report) };
	ssize_t got = packet_receive(socket, &packet, MSG_DONTWAIT);

	*fd = packet.fd_count ? packet.fds[0] : -1;
	if (got > 0)
		report->text[sizeof(report->text) - 1] = '\0';
	return got;
}
