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

#include "child.h"
#include "packet.h"
#include "run.h"

int stdio_open(struct stdio *stdio)
{
	int saved;

	for (stdio->count = 0; stdio->count < 3; stdio->count++) {
		bool input = stdio->count == 0;
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			break;
		stdio->ours[stdio->count] = ends[input];
		stdio->theirs[stdio->count] = ends[!input];
		fcntl(ends[input], F_SETFL, O_NONBLOCK); /* fails for no pipe */
	}
	if (stdio->count == 3)
		return 0;
	saved = errno;
	for (; stdio->count > 0; stdio->count--) {
		close(stdio->ours[stdio->count - 1]);
		close(stdio->theirs[stdio->count - 1]);
	}
	errno = saved;
	return -1;
}

void stdio_close(const struct stdio *stdio)
{
	for (int i = 0; i < stdio->count; i++)
		close(stdio->theirs[i]);
}

int spawn_main(struct container *container, struct payload run, const struct stdio *stdio)
{
	int status = -1, memory = memfd_create("run", MFD_CLOEXEC);
	struct packet packet = { .bytes = "", .size = 1, .fds = { memory } };

	if (memory < 0)
		return -1;
	memcpy(packet.fds + 1, stdio->theirs, sizeof(stdio->theirs));
	packet.fd_count = 1 + (size_t)stdio->count;
	if (write(memory, run.bytes, run.length) == (ssize_t)run.length)
		status = packet_send(container->report.fd, &packet, MSG_DONTWAIT);
	close(memory);
	return status < 0 ? -1 : watch_release(&container->report);
}

/* cgroup2 lets no process into a group that divides its resources among groups below. Then a child
 * goes where the main process is, as with runc (libcontainer/process_linux.go, setnsProcess.start).
 */
static pid_t fork_where_main_is(const struct container *container, uint64_t flags)
{
	int cgroup = cgroup_of_main(&container->cgroup, container->proc_fd, container->pid), saved;
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
static pid_t fork_inside(const struct container *container, uint64_t flags)
{
	pid_t pid;

	if (setns(container->pidfd, CLONE_NEWPID) < 0)
		return -1;
	pid = child_fork(flags, container->cgroup.fd, NULL);
	if (pid < 0 && errno == EBUSY)
		pid = fork_where_main_is(container, flags);
	if (pid != 0 && setns(container->pid_namespace, CLONE_NEWPID) < 0)
		abort(); /* every later child would be born into the container */
	return pid;
}

int spawn_exec(const struct loop *loop, const struct container *container, struct payload run,
	       const struct stdio *stdio, pid_t *pid)
{
	struct inheritance inheritance = container_inheritance(loop, container);
	int pair[2], saved;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	*pid = fork_inside(container, 0);
	if (*pid == 0)
		run_exec_child(&inheritance, run, pair[1], stdio->count ? stdio->theirs : NULL);
	saved = errno;
	close(pair[1]);
	if (*pid < 0) {
		close(pair[0]);
		*pid = 0;
		errno = saved;
		return -1;
	}
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	return pair[0];
}

pid_t spawn_signaller(const struct container *container, int number)
{
	/* It does nothing but kill(2), which never waits: so may we. */
	pid_t pid = fork_inside(container, CLONE_VFORK);

	if (pid == 0)
		_exit(kill(-1, number) < 0 && errno != ESRCH);
	return pid;
}
