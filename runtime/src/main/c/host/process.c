/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define KERNEL_SIGNALS 64
/* A killed process is gone at once, or does not run: it is frozen, or waits for a dead disk. */
#define KILLED_MS 2000

void descriptors_close(unsigned int first)
{
	/* close_range(2) is in every kernel that Debian 12 and 13 have. */
	if (syscall(SYS_close_range, first, ~0u, 0u))
		for (unsigned int fd = first; fd < 65536; fd++)
			close((int)fd);
}

int descriptor_place(int fd, int number)
{
	if (fd == number)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, number) < 0 ? -1 : 0;
}

void signals_reset(void)
{
	sigset_t none;

	for (int number = 1; number <= KERNEL_SIGNALS; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int process_watch(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0u);
}

bool process_await(pid_t pid, int64_t deadline)
{
	struct pollfd wait = { .fd = process_watch(pid), .events = POLLIN };
	int count;

	do {
		count = poll(&wait, 1, clock_left(deadline));
	} while (count < 0 && errno == EINTR);
	if (wait.fd >= 0)
		close(wait.fd);
	return count > 0;
}

int process_reap(pid_t pid, int64_t deadline)
{
	int status = 0;

	if (!process_await(pid, deadline)) {
		kill(pid, SIGKILL);
		if (!process_await(pid, clock_ms() + KILLED_MS))
			return SIGKILL;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

int process_code(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

const char *process_end(int wait_status, char *text, size_t size)
{
	if (WIFSIGNALED(wait_status))
		snprintf(text, size, "was killed by signal %d (%s)", WTERMSIG(wait_status),
			 strsignal(WTERMSIG(wait_status)));
	else
		snprintf(text, size, "exited with status %d", WEXITSTATUS(wait_status));
	return text;
}

int process_start_time(pid_t pid, uint64_t *ticks)
{
	char path[64], stat[1024];
	const char *field;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[length > 0 ? length : 0] = '\0';
	/* Field 2, the name, may hold anything; field 3 follows its last parenthesis. */
	field = strrchr(stat, ')');
	for (int number = 2; field && number < 22; number++)
		field = strchr(field + 1, ' ');
	if (!field || sscanf(field, " %" SCNu64, ticks) != 1) {
		errno = EBADMSG;
		return -1;
	}
	return 0;
}

int libexec_find(bool launcher, char *path, size_t size)
{
	char program[PATH_MAX], *slash;
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int written;

	if (length < 0)
		return -1;
	program[length] = '\0';
	slash = strrchr(program, '/');
	*slash = '\0';
	if (launcher) {
		slash = strrchr(program, '/');
		if (slash)
			*slash = '\0';
	}
	written = snprintf(path, size, "%s%s", program, launcher ? "/lib/xen-runc" : "");
	if (written < 0 || (size_t)written >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}
