/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "argv.h"
#include "clock.h"
#include "process.h"
#include "report.h"
#include "verb.h"

#define PS_MS 30000
#define PS_OUTPUT_MAX (8u << 20)

/* A reader that is gone ends the verb: the order fails. */
int order_write_output(struct verb_run *run, struct payload payload, struct failure *failure)
{
	struct field output;

	(void)run;
	if (payload_find(payload, FIELD_OUTPUT, &output) &&
	    output_write(STDOUT_FILENO, output.bytes, output.length))
		return failure_errno(failure, errno, "write to stdout");
	return 0;
}

static _Noreturn void ps_exec(char **words, int output)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	output = fcntl(output, F_DUPFD_CLOEXEC, 10);
	if (null >= 0 && output >= 0 && descriptor_place(null, STDIN_FILENO) == 0 &&
	    descriptor_place(output, STDERR_FILENO) == 0 &&
	    descriptor_place(output, STDOUT_FILENO) == 0) {
		descriptors_close(STDERR_FILENO + 1);
		signals_reset();
		execvp(words[0], words);
		dprintf(STDERR_FILENO, "ps: %m");
	}
	_exit(127);
}

/* Takes what ps says until its end. 0, ETIMEDOUT or EFBIG. */
static int ps_listen(int fd, struct field_writer *reply)
{
	int64_t deadline = clock_ms() + PS_MS;
	size_t mark = field_group_begin(reply, FIELD_OUTPUT), length = 0;
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	uint8_t *bytes = reply->bytes + reply->length;
	ssize_t count;

	do {
		if (poll(&polled, 1, clock_left(deadline)) <= 0 && clock_left(deadline) == 0)
			return ETIMEDOUT;
		count = read(fd, bytes + length, PS_OUTPUT_MAX - length);
		if (count > 0)
			length += (size_t)count;
		if (length == PS_OUTPUT_MAX)
			return EFBIG;
	} while (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)));
	reply->length += length;
	field_group_end(reply, mark);
	return 0;
}

int order_run_ps(struct verb_run *run, struct payload payload, struct failure *failure)
{
	char **words = argv_of(payload, FIELD_ARG, "ps");
	int output[2], status, reason;
	pid_t child;

	if (!words)
		return failure_errno(failure, errno, "get memory");
	if (pipe2(output, O_CLOEXEC))
		return failure_errno(failure, errno, "run ps");
	child = fork();
	if (child == 0)
		ps_exec(words, output[1]);
	close(output[1]);
	argv_free(words);
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	reason = child < 0 ? errno : ps_listen(output[0], &run->reply);
	close(output[0]);
	if (child < 0)
		return failure_errno(failure, reason, "run ps");
	if (reason)
		kill(child, SIGKILL);
	status = process_reap(child, clock_ms() + PS_MS);
	if (reason == ETIMEDOUT)
		return failure_set(failure, reason, "ps did not end within %d s", PS_MS / 1000);
	if (reason == EFBIG)
		return failure_set(failure, reason, "ps said more than %u bytes", PS_OUTPUT_MAX);
	field_put_u32(&run->reply, FIELD_CODE, (uint32_t)process_code(status));
	return 0;
}
