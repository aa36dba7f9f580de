/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <ctype.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "packet.h"

int child_report_fd = -1;

pid_t child_fork(uint64_t flags, int cgroup_fd, int *pidfd)
{
	struct clone_args arguments = {
		.flags =
		    flags | (pidfd ? CLONE_PIDFD : 0) | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = cgroup_fd >= 0 ? (unsigned int)cgroup_fd : 0u,
	};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

void child_begin(void)
{
	/* The kernel's own struct sigaction, all zero: SIG_DFL. The C library's call refuses the
	 * signals that it keeps to itself, and a parent may have ignored even those. */
	static const uint64_t normal[4], none[1];

	/* A signal stays ignored or blocked across execve. */
	for (int number = 1; number < _NSIG; number++)
		syscall(SYS_rt_sigaction, number, normal, NULL, sizeof(none));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, sizeof(none));
	prctl(PR_SET_IO_FLUSHER, 0, 0, 0, 0);
}

static int fd_compare(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

void child_keep(int *fds, size_t count)
{
	int next = 3;

	qsort(fds, count, sizeof(*fds), fd_compare);
	for (size_t i = 0; i < count; i++) {
		if (fds[i] > next)
			syscall(SYS_close_range, next, fds[i] - 1, 0);
		if (fds[i] >= next)
			next = fds[i] + 1;
	}
	syscall(SYS_close_range, next, ~0u, 0);
}

void child_report(enum report_kind kind, int fd)
{
	struct report report = { .kind = kind };
	struct packet packet = {
		.bytes = &report, .size = sizeof(report), .fds = { fd }, .fd_count = fd >= 0
	};

	if (packet_send(child_report_fd, &packet, 0) < 0)
		_exit(EXIT_FAILURE); /* the agent is gone */
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

void child_fail(int status, const char *format, ...)
{
	struct report report = { .kind = REPORT_FAILED, .status = (uint32_t)status };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(report.text, sizeof(report.text), format, arguments);
	va_end(arguments);
	/* write(2): a profile that allows any output allows this. */
	if (write(child_report_fd, &report, sizeof(report)) < 0)
		child_exit(EXIT_FAILURE); /* the agent is gone */
	child_exit(EXIT_FAILURE);
}

void child_exit(int code)
{
	syscall(SYS_exit_group, code);
	/* A profile may refuse even that, and the C library would try for ever. */
	__builtin_trap();
}

const char *child_error(int status)
{
	static char text[128];

	if (status == ELOOP)
		return "too many levels of symbolic links";
	if (status == ENAMETOOLONG)
		return "file name too long";
	snprintf(text, sizeof(text), "%s", strerror(status));
	text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}
