/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_CHILD_H
#define XEN_RUNC_CHILD_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/*
 * Children of the agent: copies of it that may wait, where the loop may not. They share nothing
 * with the loop but the descriptors they were forked with.
 */

/* clone3(2): `flags` are CLONE_NEW* and CLONE_VFORK; the child is born into the cgroup `cgroup_fd`
 * (-1 = ours). *pidfd may be NULL. As fork(2): 0 in the child. */
pid_t child_fork(uint64_t flags, int cgroup_fd, int *pidfd);

/* First thing in a child: puts back what the agent has set for itself alone. */
void child_begin(void);
/* Closes every descriptor from 3 up but these; sorts them. */
void child_keep(int *fds, size_t count);

/* What a child tells the agent, one packet each. When its end closes without REPORT_FAILED, execve
 * has succeeded. */
struct report {
	enum report_kind {
		REPORT_PREPARED,
		REPORT_TERMINAL, /* comes with the terminal's master */
		REPORT_FAILED,
	} kind;
	uint32_t status; /* an errno */
	char text[512];
};

/* Where child_fail and child_report send it; set once by each child. */
extern int child_report_fd;
void child_report(enum report_kind kind, int fd);
/* In the agent: the next packet of a child; *fd is what came with it, or -1. Never waits. As
 * read(2): 0 = its end. */
ssize_t report_receive(int socket, struct report *report, int *fd);
/* Ends the child, under any seccomp profile. */
noreturn void child_exit(int code);
/* Reports failure with `status` and ends the child. */
__attribute__((format(printf, 2, 3))) noreturn void child_fail(int status, const char *format, ...);
/* An errno in the words of Go's syscall package, hence runc's. */
const char *child_error(int status);

#endif
