/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "argv.h"
#include "clock.h"
#include "process.h"
#include "verb.h"

#define TAIL_SIZE 4096
/* What poll(2) looks at while a hook runs. */
enum { WATCH_CHILD, WATCH_INPUT, WATCH_OUTPUT, WATCH_ERRORS, WATCH_ENGINE, WATCHES };

/* A hook of config.json, see runtime-spec config.md "POSIX-platform Hooks". */
struct hook {
	char path[TEXT_SIZE], netns[TEXT_SIZE], directory[TEXT_SIZE];
	char **arguments, **environment;
	bool inherits; /* the launcher's environment, which is its caller's */
	const uint8_t *input;
	size_t input_length;
	int64_t deadline;
};

/* The end of what it says on a pipe. Descriptors that are closed are -1. */
struct tail {
	int fd;
	uint8_t bytes[TAIL_SIZE];
	size_t length;
};

/* One that runs. */
struct hook_run {
	pid_t child;
	int watch, input, outcome;
	struct tail output, errors;
};

/* False for want of memory. */
static bool hook_take(struct payload payload, struct hook *hook)
{
	struct field field;

	*hook = (struct hook){
		.arguments = argv_of(payload, FIELD_ARG, NULL),
		.environment = argv_of(payload, FIELD_ENV, NULL),
		.inherits = payload_u32(payload, FIELD_ENV_INHERITED, 0),
		.deadline = INT64_MAX,
	};
	payload_text(payload, FIELD_PATH, hook->path);
	payload_text(payload, FIELD_NETNS, hook->netns);
	payload_text(payload, FIELD_CWD, hook->directory);
	if (payload_find(payload, FIELD_TIMEOUT, &field))
		hook->deadline = clock_ms() + payload_u32(payload, FIELD_TIMEOUT, 0);
	if (payload_find(payload, FIELD_STDIN, &field)) {
		hook->input = field.bytes;
		hook->input_length = field.length;
	}
	return hook->arguments && hook->environment;
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
static _Noreturn void hook_exec(const struct hook *hook, int input, int output, int errors,
				int outcome)
{
	char *path_only[] = { (char *)hook->path, NULL };
	int reason;

	setpgid(0, 0);
	/* The descriptors are 3 and more, unless the caller gave none of 0-2: move them out first.
	 */
	outcome = fcntl(outcome, F_DUPFD_CLOEXEC, 10);
	if (outcome >= 0 && netns_enter(hook->netns) == 0 &&
	    (!hook->directory[0] || chdir(hook->directory) == 0) &&
	    descriptor_place(input, STDIN_FILENO) == 0 &&
	    descriptor_place(output, STDOUT_FILENO) == 0 &&
	    descriptor_place(errors, STDERR_FILENO) == 0) {
		for (int fd = STDERR_FILENO + 1; fd < outcome; fd++)
			close(fd);
		descriptors_close((unsigned int)outcome + 1);
		signals_reset();
		execve(hook->path, hook->arguments[0] ? hook->arguments : path_only,
		       hook->inherits ? environ : hook->environment);
	}
	reason = errno;
	if (write(outcome, &reason, sizeof(reason)) < 0)
		_exit(126);
	_exit(127);
}

static int hook_start(const struct hook *hook, struct hook_run *run, struct failure *failure)
{
	enum { INPUT, OUTPUT, ERRORS, OUTCOME, PIPES };
	int pipes[PIPES][2], made = 0, reason;

	*run = (struct hook_run){ .child = -1 };
	while (made < PIPES && pipe2(pipes[made], O_CLOEXEC) == 0)
		made++;
	if (made == PIPES)
		run->child = fork();
	reason = errno;
	if (run->child == 0)
		hook_exec(hook, pipes[INPUT][0], pipes[OUTPUT][1], pipes[ERRORS][1],
			  pipes[OUTCOME][1]);
	if (run->child < 0) {
		while (made-- > 0)
			close(pipes[made][0]), close(pipes[made][1]);
		return failure_errno(failure, reason, "run hook \"%s\"", hook->path);
	}
	close(pipes[INPUT][0]), close(pipes[OUTPUT][1]);
	close(pipes[ERRORS][1]), close(pipes[OUTCOME][1]);
	run->input = pipes[INPUT][1];
	run->output.fd = pipes[OUTPUT][0];
	run->errors.fd = pipes[ERRORS][0];
	run->outcome = pipes[OUTCOME][0];
	fcntl(run->input, F_SETFL, O_NONBLOCK);
	fcntl(run->output.fd, F_SETFL, O_NONBLOCK);
	fcntl(run->errors.fd, F_SETFL, O_NONBLOCK);
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
static bool tail_take(struct tail *tail)
{
	uint8_t bytes[TAIL_SIZE];
	ssize_t count = read(tail->fd, bytes, sizeof(bytes));
	size_t length, kept;

	if (count < 0)
		return errno == EINTR;
	if (count == 0) {
		descriptor_end(&tail->fd);
		return false;
	}
	length = (size_t)count;
	kept = tail->length;
	if (kept > TAIL_SIZE - length)
		kept = TAIL_SIZE - length;
	memmove(tail->bytes, tail->bytes + tail->length - kept, kept);
	memcpy(tail->bytes + kept, bytes, length);
	tail->length = kept + length;
	return true;
}

/* What is there still of one that is gone. */
static void tail_finish(struct tail *tail)
{
	while (tail->fd >= 0 && tail_take(tail))
		continue;
	if (tail->fd >= 0)
		close(tail->fd);
}

/* Feeds and listens until the hook is gone. 0, or an errno: why it must be killed. */
static int hook_follow(struct hook *hook, struct hook_run *run, int engine)
{
	for (;;) {
		struct pollfd polls[WATCHES] = {
			[WATCH_CHILD] = { .fd = run->watch, .events = POLLIN },
			[WATCH_INPUT] = { .fd = run->input, .events = POLLOUT },
			[WATCH_OUTPUT] = { .fd = run->output.fd, .events = POLLIN },
			[WATCH_ERRORS] = { .fd = run->errors.fd, .events = POLLIN },
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
		if (run->output.fd >= 0 && polls[WATCH_OUTPUT].revents)
			tail_take(&run->output);
		if (run->errors.fd >= 0 && polls[WATCH_ERRORS].revents)
			tail_take(&run->errors);
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
	tail_finish(&run->output);
	tail_finish(&run->errors);
	if (read(run->outcome, &error, sizeof(error)) < 0)
		error = 0;
	close(run->outcome), close(run->watch);
	if (run->input >= 0)
		close(run->input);
	if (error)
		return failure_errno(failure, error, "run hook \"%s\"", hook->path);
	if (reason == ETIMEDOUT)
		return failure_set(failure, ETIMEDOUT, "hook \"%s\" did not end in time",
				   hook->path);
	if (reason)
		return failure_errno(failure, reason, "hook \"%s\"", hook->path);
	field_put_u32(reply, FIELD_CODE, (uint32_t)process_code(status));
	field_put(reply, FIELD_STDOUT, run->output.bytes, run->output.length);
	field_put(reply, FIELD_OUTPUT, run->errors.bytes, run->errors.length);
	return 0;
}

int order_run_hook(struct verb_run *run, struct payload payload, struct failure *failure)
{
	struct hook_run hook_run;
	struct hook hook;
	int result;

	if (!hook_take(payload, &hook))
		result = failure_errno(failure, errno, "get memory");
	else if (hook_start(&hook, &hook_run, failure))
		result = -1;
	else
		result = hook_finish(&hook, &hook_run, hook_follow(&hook, &hook_run, run->engine),
				     &run->reply, failure);
	argv_free(hook.arguments);
	argv_free(hook.environment);
	return result;
}
