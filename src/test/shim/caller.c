/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "shim.h"

#define WORDS_MAX 64
#define POLL_MS 10

/* go-runc's order of the global options (runc.go, args); the shim's log lies in the bundle. */
static void words_fill(const struct container *container, const char *const words[],
		       const char *filled[WORDS_MAX], char *log, size_t log_size)
{
	size_t count = 0;

	log[0] = '\0';
	strncat(log, container->bundle, log_size - 16);
	strcat(log, "/log.json");
	filled[count++] = shim.runtime;
	filled[count++] = "--root";
	filled[count++] = shim.root;
	filled[count++] = "--log";
	filled[count++] = log;
	filled[count++] = "--log-format";
	filled[count++] = "json";
	while (*words && count < WORDS_MAX - 1)
		filled[count++] = *words++;
	filled[count] = NULL;
}

static _Noreturn void runtime_exec(const struct container *container, const int stdio[3],
				   const char *const words[])
{
	const char *filled[WORDS_MAX];
	char log[PATH_MAX];
	int null = open("/dev/null", O_RDWR);

	words_fill(container, words, filled, log, sizeof(log));
	/* As go-runc: it dies with its caller, what it forks does not. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(stdio[fd] >= 0 ? stdio[fd] : null, fd) < 0)
			_exit(126);
	if (chdir(container->bundle))
		_exit(126);
	unsetenv("NOTIFY_SOCKET");
	execvp(shim.runtime, (char *const *)filled);
	_exit(127);
}

pid_t verb_start(const struct container *container, const int stdio[3], const char *const words[])
{
	pid_t pid = fork();

	if (pid == 0)
		runtime_exec(container, stdio, words);
	exit_forget(pid);
	return pid;
}

int verb_await(pid_t pid)
{
	int code = exit_await(pid, 2 * LONG_MS);

	if (code < 0) {
		kill(pid, SIGKILL);
		exit_await(pid, LONG_MS);
	}
	return code;
}

/* Takes what there is; true at the end. */
static bool output_take(int fd, struct outcome *outcome, size_t *length, int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char rest[4096];
	ssize_t count;

	while (poll(&wait, 1, ms) > 0) {
		size_t room = sizeof(outcome->output) - 1 - *length;

		count =
		    room ? read(fd, outcome->output + *length, room) : read(fd, rest, sizeof(rest));
		if (count <= 0)
			return true;
		if (room)
			*length += (size_t)count;
		ms = 0;
	}
	return false;
}

struct outcome verb(const struct container *container, const char *const words[])
{
	struct outcome outcome = { .code = -1 };
	int pair[2], waited = 0;
	size_t length = 0;
	bool ended = false;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC))
		abort();
	pid = verb_start(container, (int[]){ -1, pair[1], pair[1] }, words);
	close(pair[1]);
	do {
		ended = ended || output_take(pair[0], &outcome, &length, POLL_MS);
		outcome.code = exit_await(pid, ended ? POLL_MS : 0);
		waited += POLL_MS;
	} while (outcome.code < 0 && waited < 2 * LONG_MS);
	/* go-runc's Wait returns when every holder of the pipe is gone: no verb may leave one. */
	outcome.held = !ended && !output_take(pair[0], &outcome, &length, SHORT_MS) &&
		       !output_take(pair[0], &outcome, &length, SHORT_MS);
	outcome.output[length] = '\0';
	close(pair[0]);
	if (outcome.code < 0) {
		kill(pid, SIGKILL);
		exit_await(pid, LONG_MS);
	}
	return outcome;
}
