/* SPDX-License-Identifier: Apache-2.0 */
#include "scope.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup_check.h"
#include "clock.h"
#include "process.h"

/* The program itself gives up after 30 s. */
#define SCOPE_MS 35000

static _Noreturn void scope_exec(const char *program, const char *unit, const char *slice,
				 int errors)
{
	static char *environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", NULL };
	char pid[16];
	char *arguments[] = { (char *)program, (char *)unit, (char *)slice, pid, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* The caller's pipes, which are the container's streams, are none of its business. */
	snprintf(pid, sizeof(pid), "%d", (int)getppid());
	if (null >= 0 && descriptor_place(null, STDIN_FILENO) == 0 &&
	    descriptor_place(null, STDOUT_FILENO) == 0 &&
	    descriptor_place(errors, STDERR_FILENO) == 0) {
		descriptors_close(STDERR_FILENO + 1);
		execve(program, arguments, environment);
	}
	dprintf(STDERR_FILENO, "run %s: %s", program, errno_text(errno));
	_exit(127);
}

/* Where systemd has a slice: "a-b.slice" is in "a.slice". */
static void slice_path(const char *slice, char *path, size_t size)
{
	size_t length = 0;

	path[0] = '\0';
	for (const char *dash = strchr(slice, '-'); dash && length < size;
	     dash = strchr(dash + 1, '-'))
		length += (size_t)snprintf(path + length, size - length, "/%.*s.slice",
					   (int)(dash - slice), slice);
	if (length < size)
		snprintf(path + length, size - length, "/%s", slice);
}

int scope_enter(const char *libexec, const char *unit, const char *slice, struct failure *failure)
{
	char path[PATH_MAX], program[PATH_MAX], text[512], end[64];
	int errors[2], status;
	ssize_t length;
	pid_t child;

	slice_path(slice, path, sizeof(path));
	if (cgroup_check_thawed(path, failure))
		return -1;
	snprintf(program, sizeof(program), "%s/systemd-scope", libexec);
	if (pipe2(errors, O_CLOEXEC | O_NONBLOCK))
		return failure_errno(failure, errno, "make systemd scope %s", unit);
	child = fork();
	if (child == 0)
		scope_exec(program, unit, slice, errors[1]);
	close(errors[1]);
	if (child < 0) {
		close(errors[0]);
		return failure_errno(failure, errno, "make systemd scope %s", unit);
	}
	status = process_reap(child, clock_ms() + SCOPE_MS);
	length = read(errors[0], text, sizeof(text) - 1);
	close(errors[0]);
	if (process_code(status) == 0)
		return 0;
	text[length > 0 ? length : 0] = '\0';
	words_clean(text);
	if (text[0])
		return failure_set(failure, EIO, "make systemd scope %s in %s: %s", unit, slice,
				   text);
	return failure_set(failure, EIO, "make systemd scope %s in %s: systemd-scope %s", unit,
			   slice, process_end(status, end, sizeof(end)));
}
