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

static int send_fds(int socket, const int *fds, size_t count)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(RUN_FDS * sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(int)),
	};

	control.header.cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* Tells the child that has prepared the container. */
static int spawn_first(struct agent *agent, struct payload payload, const struct stdio *stdio)
{
	int fds[RUN_FDS], socket, status = -1;
	int memory = memfd_create("run", MFD_CLOEXEC);

	if (memory < 0)
		return -1;
	memcpy(fds + 1, stdio->fds, sizeof(stdio->fds));
	fds[0] = memory;
	if (write(memory, payload.bytes, payload.length) == (ssize_t)payload.length)
		status = send_fds(agent->container.report.fd, fds, 1 + (size_t)stdio->count);
	close(memory);
	if (status < 0)
		return -1;
	socket = watch_release(&agent->container.report);
	agent->container.report.fd = -1;
	return socket;
}

/* Forks into the container's pid namespace, which for a fork is the caller's to choose. */
static pid_t fork_inside(struct agent *agent, uint64_t flags)
{
	struct container *container = &agent->container;
	pid_t pid;

	if (setns(container->pidfd, CLONE_NEWPID) < 0)
		return -1;
	pid = child_fork(flags, container->cgroup_fd, NULL);
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
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { report, sizeof(*report) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	*fd = -1;
	if (got > 0 && message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    control.header.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&control.header), sizeof(*fd));
	if (got > 0)
		report->text[sizeof(report->text) - 1] = '\0';
	return got;
}
