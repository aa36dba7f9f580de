/* SPDX-License-Identifier: Apache-2.0 */
#include "hooks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "seccomp.h"
#include "texts.h"

/* How much of a hook's stdout and of its stderr its failure tells. */
#define TAIL_SIZE 256

struct hook {
	unsigned int index;
	char path[TEXT_SIZE];
	char **arguments, **environment;
	int input, output, errors; /* memfds */
	int timeout_ms;		   /* -1 = none */
};

__attribute__((format(printf, 2, 3))) static noreturn void hook_fail(const struct hook *hook,
								     const char *format, ...)
{
	char text[2 * TAIL_SIZE + 128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	child_fail(EIO, "error running startContainer hook #%u: %s", hook->index, text);
}

/* STDIN as a file from which the hook reads. */
static int input_make(const struct hook *hook, struct payload group)
{
	int fd = memfd_create("state", MFD_CLOEXEC);
	struct field field;

	if (fd < 0)
		hook_fail(hook, "state: %s", child_error(errno));
	if (payload_find(group, FIELD_STDIN, &field) &&
	    (write(fd, field.bytes, field.length) != (ssize_t)field.length ||
	     lseek(fd, 0, SEEK_SET) < 0))
		hook_fail(hook, "state: %s", child_error(errno));
	return fd;
}

/* Runs the hook under the process's seccomp filter, as runc does. Its parent is not under it yet.
 */
static noreturn void hook_exec(const struct hook *hook, struct payload run)
{
	const char *why;

	setpgid(0, 0);
	if (dup2(hook->input, STDIN_FILENO) >= 0 && dup2(hook->output, STDOUT_FILENO) >= 0 &&
	    dup2(hook->errors, STDERR_FILENO) >= 0) {
		seccomp_apply(run);
		execve(hook->path, hook->arguments, hook->environment);
	}
	why = child_error(errno);
	if (write(hook->errors, why, strlen(why)) < 0)
		child_exit(126);
	child_exit(127);
}

/* Waits until the hook is gone: its wait status. Kills its process group at its timeout. */
static int hook_await(const struct hook *hook, pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), ready, status;
	struct pollfd gone = { .fd = pidfd, .events = POLLIN };

	if (pidfd < 0)
		hook_fail(hook, "%s", child_error(errno));
	do {
		ready = poll(&gone, 1, hook->timeout_ms);
	} while (ready < 0 && errno == EINTR);
	close(pidfd);
	if (ready == 0) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	if (waitpid(pid, &status, 0) < 0)
		hook_fail(hook, "%s", child_error(errno));
	if (ready == 0)
		hook_fail(hook, "hook ran past specified timeout of %d.%03ds",
			  hook->timeout_ms / 1000, hook->timeout_ms % 1000);
	return status;
}

/* The last bytes of the file `fd`, without newlines at their end. */
static const char *tail_read(int fd, char *tail)
{
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t length =
	    pread(fd, tail, TAIL_SIZE, end > (off_t)TAIL_SIZE ? end - (off_t)TAIL_SIZE : 0);

	while (length > 0 && tail[length - 1] == '\n')
		length--;
	tail[length > 0 ? length : 0] = '\0';
	return tail;
}

static void hook_judge(const struct hook *hook, int status)
{
	char output[TAIL_SIZE + 1], errors[TAIL_SIZE + 1];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	tail_read(hook->output, output);
	tail_read(hook->errors, errors);
	if (WIFSIGNALED(status))
		hook_fail(hook, "signal: %s, stdout: %s, stderr: %s", strsignal(WTERMSIG(status)),
			  output, errors);
	hook_fail(hook, "exit status %d, stdout: %s, stderr: %s", WEXITSTATUS(status), output,
		  errors);
}

static void hook_run(unsigned int index, struct payload group, struct payload run,
		     char **environment)
{
	struct hook hook = { .index = index };
	char *path_only[] = { hook.path, NULL };
	uint32_t timeout = payload_u32(group, FIELD_TIMEOUT, 0);
	pid_t pid;

	payload_text(group, FIELD_PATH, hook.path);
	hook.arguments = texts_take(group, FIELD_ARG);
	hook.environment =
	    payload_u32(group, FIELD_ENV_INHERITED, 0) ? environment : texts_take(group, FIELD_ENV);
	if (!hook.arguments[0])
		hook.arguments = path_only;
	hook.timeout_ms = timeout && timeout < INT32_MAX ? (int)timeout : -1;
	hook.input = input_make(&hook, group);
	hook.output = memfd_create("stdout", MFD_CLOEXEC);
	hook.errors = memfd_create("stderr", MFD_CLOEXEC);
	pid = hook.output < 0 || hook.errors < 0 ? -1 : fork();
	if (pid == 0)
		hook_exec(&hook, run);
	if (pid < 0)
		hook_fail(&hook, "%s", child_error(errno));
	hook_judge(&hook, hook_await(&hook, pid));
	close(hook.input);
	close(hook.output);
	close(hook.errors);
}

void hooks_run(struct payload run, char **environment)
{
	struct field_reader reader = payload_reader(run);
	struct field field;

	for (unsigned int index = 0; payload_next(&reader, FIELD_HOOK, &field); index++)
		hook_run(index, payload_group(&field), run, environment);
}
