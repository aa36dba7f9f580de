/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include "shim.h"

#define EXITS 4096
#define POLL_MS 5

/* Who has exited and was not asked for yet, as the shim's "early exits"; the oldest is forgotten.
 */
static struct {
	pid_t pid;
	int code;
} exits[EXITS];
static size_t next_exit;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* As containerd's reaper: wait4(-1), and 128+n for signal n. */
static void reap(void)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		exits[next_exit].pid = pid;
		exits[next_exit].code =
		    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		next_exit = (next_exit + 1) % EXITS;
	}
}

static int exit_take(pid_t pid)
{
	for (size_t i = 0; i < EXITS; i++)
		if (pid > 0 && exits[i].pid == pid) {
			exits[i].pid = 0;
			return exits[i].code;
		}
	return -1;
}

void exit_forget(pid_t pid)
{
	while (exit_take(pid) >= 0)
		continue;
}

int exit_await(pid_t pid, int ms)
{
	int64_t deadline = now_ms() + ms;
	int code;

	for (;;) {
		reap();
		code = exit_take(pid);
		if (code >= 0 || now_ms() >= deadline)
			return code;
		poll(NULL, 0, POLL_MS);
	}
}

void pass_time(int ms)
{
	exit_await(-1, ms);
}
