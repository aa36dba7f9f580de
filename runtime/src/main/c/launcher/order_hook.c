/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "argv.h"
#include "clock.h"
#include "process.h"
#include "verb.h"

#define TAIL_SIZE 4096
/* What poll(2) looks at while a hook runs. */
enum { WATCH_CHILD, WATCH_INPUT, WATCH_ERRORS, WATCH_ENGINE, WATCHES };

/* A hook of config.json, see runtime-spec config.md "POSIX-platform Hooks". */
struct hook {
	char path[PATH_MAX], netns[PATH_MAX];
	char **arguments, **environment;
	const uint8_t *input;
	size_t input_length;
	int64_t deadline;
};

/* One that runs. Descriptors that are closed are -1. */
struct hook_run {
	pid_t child;
	int watch, input, errors, outcome;
	uint8_t tail[TAIL_SIZE];
	size_t tail_length;
};

static bool hook_parse(const struct message *message, struct hook *hook)
{
	struct field_reader reader = field_reader(message->bytes, message->length);
	size_t arguments = 0, variables = 0;
	struct field field;
	uint32_t timeout;
	bool good = true;

	*hook = (struct hook){ .deadline = INT64_MAX };
	while (good && field_next(&reader, &field)) {
		switch (field.tag) {
		case FIELD_PATH:
			good = field_text(&field, hook->path, sizeof(hook->path));
			break;
		case FIELD_NETNS:
			good = field_text(&field, hook->netns, sizeof(hook->netns));
			break;
		case FIELD_ARG:
			good = argv_append(&hook->arguments, &arguments, &field);
			break;
		case FIELD_ENV:
			good = argv_append(&hook->environment, &variables, &field);
			break;
		case FIELD_TIMEOUT:
			good = field_u32(&field, &timeout);
			hook->deadline = good ? clock_ms() + timeout : 0;
			break;
		case FIELD_STDIN:
			hook->input = field.bytes;
			hook->input_length = field.length;
			break;
		default:
			good = false;
		}
	}
	return good && !reader.bad && hook->path[0];
}

/* Enters the network namespace of that path; an empty one is the launcher's own. */
static int netns_enter(const char *path)
{
	int fd, result;

	if (!*path)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = setns(fd, CLONE_NEWNET);
	close(fd);
	return result;
}

/* In the child. `outcome` tells the launcher the errno of a failed execve, and nothing else. */
static _Noreturn void hook_exec(const struct hook *hook, int input, int errors, int outcome)
{
	static char *nothing[] = { NULL };
	char *path_only[] = { (char *)hook->path, NULL };
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), reason;

	setpgid(0, 0);
	/* The descriptors are 3 and more, unless the caller gave none of 0-2: move them out first.
	 */
	outcome = fcntl(outcome, F_DUPFD_CLOEXEC, 10);
	if (null >= 0 && outcome >= 0 && netns_enter(hook->netns) == 0 &&
	    descriptor_place(input, STDIN_FILENO) == 0 &&
	    descriptor_place(null, STDOUT_FILENO) == 0 &&
	    descriptor_place(errors, STDERR_FILENO) == 0) {
		for (int fd = STDERR_FILENO + 1; fd < outcome; fd++)
			close(fd);
		descriptors_close((unsigned int)outcome + 1);
		signals_reset();
		execve(hook->path, hook->arguments ? hook->arguments : path_only,
		       hook->environment ? hook->environment : nothing);
	}
	reason = errno;
	if (write(outcome, &reason, sizeof(reason)) < 0)
		_exit(126);
	_exit(127);
}

static int hook_start(const struct hook *hook, struct hook_run *run, struct failure *failure)
{
	int input[2], errors[2], outcome[2];

	*run = (struct hook_run){ .child = -1 };
	if (pipe2(input, O_CLOEXEC))
		return failure_errno(failure, errno, "run hook \"%s\"", hook->path);
	if (pipe2(errors, O_CLOEXEC)) {
		close(input[0]), close(input[1]);
		return failure_errno(failure, errno, "run hook \"%s\"", hook->path);
	}
	if (pipe2(outcome, O_CLOEXEC) == 0) {
		run->child = fork();
		if (run->child == 0)
			hook_exec(hook, input[0], errors[1], outcome[1]);
		close(outcome[1]);
		run->outcome = outcome[0];
	}
	close(input[0]), close(errors[1]);
	run->input = input[1];
	run->errors = errors[0];
	if (run->child < 0) {
		close(run->input), close(run->errors);
		return failure_errno(failure, errno, "run hook \"%s\"", hook->path);
	}
	fcntl(run->input, F_SETFL, O_NONBLOCK);
	fcntl(run->errors, F_SETFL, O_NONBLOCK);
	run->watch = process_watch(run->child);
	return 0;
}

static void descriptor_end(int *fd)
{
	close(*fd);
	*fd = -1;
}

static void input_feed(struct hook *hook, struct hook_run *run)
{
	ssize_t count = write(run->input, hook->input, hook->input_length);

	if (count > 0) {
		hook->input += count;
		hook->input_length -= (size_t)count;
	}
	/* A hook need not read its stdin: a closed pipe is no error. */
	if (hook->input_length == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
		descriptor_end(&run->input);
}

/* Keeps the last TAIL_SIZE bytes of what the hook said. False when there is nothing more now. */
static bool errors_take(struct hook_run *run)
{
	uint8_t bytes[TAIL_SIZE];
	ssize_t count = read(run->errors, bytes, sizeof(bytes));
	size_t length, kept;

	if (count < 0)
		return errno == EINTR;
	if (count == 0) {
		descriptor_end(&run->errors);
		return false;
	}
	length = (size_t)count;
	kept = run->tail_length;
	if (kept > TAIL_SIZE - length)
		kept = TAIL_SIZE - length;
	memmove(run->tail, run->tail + run->tail_length - kept, kept);
	memcpy(run->tail + kept, bytes, length);
	run->tail_length = kept + length;
	return true;
}

/* Feeds and listens until the hook is gone. 0, or an errno: why it must be killed. */
static int hook_follow(struct hook *hook, struct hook_run *run, int engine)
{
	for (;;) {
		struct pollfd polls[WATCHES] = {
			[WATCH_CHILD] = { .fd = run->watch, .events = POLLIN },
			[WATCH_INPUT] = { .fd = run->input, .events = POLLOUT },
			[WATCH_ERRORS] = { .fd = run->errors, .events = POLLIN },
			[WATCH_ENGINE] = { .fd = engine, .events = POLLRDHUP },
		};
		int left = hook->deadline == INT64_MAX ? -1 : clock_left(hook->deadline);
		int count = poll(polls, WATCHES, left);

		if (count == 0)
			return ETIMEDOUT;
		if (count < 0)
			continue;
		if (run->input >= 0 && polls[WATCH_INPUT].revents)
			input_feed(hook, run);
		if (run->errors >= 0 && polls[WATCH_ERRORS].revents)
			errors_take(run);
		if (polls[WATCH_CHILD].revents)
			return 0;
		if (polls[WATCH_ENGINE].revents)
			return ECONNRESET;
	}
}

static int hook_finish(const struct hook *hook, struct hook_run *run, int reason,
		       struct field_writer *reply, struct failure *failure)
{
	int status, error = 0;

	if (reason)
		kill(-run->child, SIGKILL);
	status = process_reap(run->child, reason ? clock_ms() : INT64_MAX);
	while (run->errors >= 0 && errors_take(run))
		continue;
	if (read(run->outcome, &error, sizeof(error)) < 0)
		error = 0;
	close(run->outcome), close(run->watch);
	if (run->input >= 0)
		close(run->input);
	if (run->errors >= 0)
		close(run->errors);
	if (error)
		return failure_errno(failure, error, "run hook \"%s\"", hook->path);
	if (reason == ETIMEDOUT)
		return failure_set(failure, ETIMEDOUT, "hook \"%s\" did not end in time",
				   hook->path);
	if (reason)
		return failure_errno(failure, reason, "hook \"%s\"", hook->path);
	field_put_u32(reply, FIELD_CODE, (uint32_t)process_code(status));
	field_put(reply, FIELD_OUTPUT, run->tail, run->tail_length);
	return 0;
}

int order_run_hook(struct verb_run *run, const struct message *message, struct failure *failure)
{
	struct hook_run hook_run;
	struct hook hook;
	int result;

	if (!hook_parse(message, &hook))
		result = order_malformed("RUN_HOOK", failure);
	else if (hook_start(&hook, &hook_run, failure))
		result = -1;
	else
		result = hook_finish(&hook, &hook_run, hook_follow(&hook, &hook_run, run->engine),
				     &run->reply, failure);
	argv_free(hook.arguments);
	argv_free(hook.environment);
	return result;
}
