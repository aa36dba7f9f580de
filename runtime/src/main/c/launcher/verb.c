/* SPDX-License-Identifier: Apache-2.0 */
#include "verb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "argv.h"
#include "attend.h"
#include "clock.h"
#include "engine.h"
#include "engine_words.h"
#include "hello.h"
#include "process.h"
#include "report.h"

/* The longest that the engine may think between two orders: longer than any wait of its own. */
#define ORDER_MS 300000
#define SEND_MS 30000
/* An engine that is about to leave, or has too much to do, still answers for a moment. */
#define RETRY_MS 50

enum talk {
	TALK_DONE,     /* there is a result */
	TALK_FAILED,   /* with a failure */
	TALK_OUTDATED, /* the engine is of another build and leaves */
	TALK_UNHEARD,  /* it left before it began: ask the next one */
};

static const struct order_row {
	uint8_t type;
	order *execute;
} orders[] = {
	{ FRAME_READ_FILE, order_read_file },
	{ FRAME_RESOLVE, order_resolve },
	{ FRAME_SPAWN_MONITOR, order_spawn_monitor },
	{ FRAME_RUN_HOOK, order_run_hook },
	{ FRAME_WRITE_PID_FILE, order_write_pid_file },
	{ FRAME_SEND_CONSOLE, order_send_console },
	{ FRAME_SPAWN_SESSION, order_spawn_session },
	{ FRAME_COMPILE_SECCOMP, order_compile_seccomp },
	{ FRAME_WRITE_OUTPUT, order_write_output },
	{ FRAME_RUN_PS, order_run_ps },
};

/* The text of the file that `make install` writes; empty without it, as with the engine. It stands
 * where dpkg puts it in place after the programs and jars: while it unpacks a newer package, both
 * find the older one's. */
static void build_read(const char *libexec, char *build, size_t size)
{
	char path[PATH_MAX];
	ssize_t length = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/../../share/xen-runc/build-id", libexec);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, build, size - 1);
		close(fd);
	}
	build[length > 0 ? length : 0] = '\0';
	build[strcspn(build, "\n")] = '\0';
}

static int verb_send(struct verb_run *run, const struct options *options, const char *root)
{
	int64_t deadline = clock_ms() + SEND_MS;
	struct field_writer *writer = &run->reply;
	char build[256], cwd[PATH_MAX];

	build_read(run->libexec, build, sizeof(build));
	writer->length = 0;
	hello_put(writer);
	field_put_text(writer, FIELD_BUILD, build);
	if (message_send(run->engine, FRAME_HELLO, 0, writer->bytes, writer->length, deadline))
		return -1;
	if (!getcwd(cwd, sizeof(cwd)))
		return -1;
	writer->length = 0;
	field_put_text(writer, FIELD_ROOT, root);
	field_put_text(writer, FIELD_CWD, cwd);
	for (char **word = options->verb; *word; word++)
		field_put_text(writer, FIELD_ARG, *word);
	if (options->debug)
		field_put_u32(writer, FIELD_DEBUG, 1);
	if (options->systemd_cgroup)
		field_put_u32(writer, FIELD_SYSTEMD_CGROUP, 1);
	if (writer->full) {
		errno = E2BIG;
		return -1;
	}
	return message_send(run->engine, FRAME_VERB, 0, writer->bytes, writer->length, deadline);
}

static int order_execute(struct verb_run *run, const struct message *message)
{
	struct field_writer *writer = &run->reply;
	struct failure failure;
	struct payload payload = message_payload(message);
	const char *name = frame_name(TO_LAUNCHER, message->type);
	const struct order_row *row = NULL;
	int result;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (orders[i].type == message->type)
			row = &orders[i];
	if (!row) {
		errno = EPROTO;
		return -1;
	}
	writer->length = 0;
	writer->full = false;
	field_put_u32(writer, FIELD_STATUS, 0);
	if (!payload_valid(TO_LAUNCHER, message->type, payload))
		result = failure_set(&failure, EBADMSG, "the engine's order %s is malformed", name);
	else
		result = row->execute(run, payload, &failure);
	if (result == 0 && writer->full)
		result = failure_set(&failure, EMSGSIZE, "the answer to %s is too long", name);
	if (result) {
		writer->length = 0;
		writer->full = false;
		field_put_u32(writer, FIELD_STATUS, (uint32_t)failure.status);
		field_put_text(writer, FIELD_TEXT, failure.text);
	}
	return message_send(run->engine, FRAME_REPLY, message->stream, writer->bytes,
			    writer->length, clock_ms() + SEND_MS);
}

/* The error line of a verb that failed. */
static void words_report(struct payload payload)
{
	struct words words = words_of(payload);

	if (words.text)
		report_failed(&(struct report_record){ .level = "error",
						       .text = words.text,
						       .time = time(NULL),
						       .function = words.function,
						       .file = words.file });
	words_free(&words);
}

static enum talk result_take(struct verb_run *run, struct payload payload, int *code,
			     struct failure *failure)
{
	struct field output;

	if (!payload_valid(TO_LAUNCHER, FRAME_RESULT, payload)) {
		failure_set(failure, EPROTO, "the engine's result is malformed");
		return TALK_FAILED;
	}
	if (payload_u32(payload, FIELD_STATUS, 0) == ESTALE)
		return TALK_OUTDATED;
	*code = (int)payload_u32(payload, FIELD_CODE, 1);
	words_report(payload);
	if (payload_find(payload, FIELD_ARG, &output)) {
		run->after = argv_of(payload, FIELD_ARG, NULL);
		if (!run->after) {
			failure_errno(failure, errno, "get memory");
			return TALK_FAILED;
		}
	}
	if (payload_find(payload, FIELD_OUTPUT, &output) &&
	    output_write(STDOUT_FILENO, output.bytes, output.length)) {
		failure_errno(failure, errno, "write to stdout");
		return TALK_FAILED;
	}
	return TALK_DONE;
}

/* Whoever asks for a verb that did not come to its end must not find its monitor or session later.
 */
static void child_kill(struct verb_run *run)
{
	terminal_close(&run->terminal);
	if (!run->child)
		return;
	report_debug("kill the child %d: the verb has failed", (int)run->child);
	syscall(SYS_pidfd_send_signal, run->child_watch, SIGKILL, NULL, 0);
	process_reap(run->child, clock_ms() + 2000);
	run->child = 0;
}

static enum talk engine_broke(struct verb_run *run, const char *verb, int reason,
			      struct failure *failure)
{
	child_kill(run);
	if (reason == ECONNRESET || reason == EPIPE)
		failure_set(failure, reason, "%s: the engine ended while it ran the command", verb);
	else
		failure_errno(failure, reason, "%s: talk to the engine", verb);
	return TALK_FAILED;
}

static enum talk verb_talk(struct verb_run *run, const struct options *options, const char *root,
			   int *code, struct failure *failure)
{
	const char *verb = options->verb[0];
	struct message message;
	struct hello hello;

	if (verb_send(run, options, root) && errno != EPIPE && errno != ECONNRESET)
		return engine_broke(run, verb, errno, failure);
	if (message_receive(run->engine, &run->inbox, clock_ms() + ORDER_MS, &message)) {
		if (errno == ECONNRESET || errno == EPIPE)
			return TALK_UNHEARD;
		return engine_broke(run, verb, errno, failure);
	}
	if (hello_read(message.type, message.stream, message_payload(&message), &hello) !=
	    HELLO_GOOD)
		return engine_broke(run, verb, EPROTO, failure);
	for (;;) {
		if (message_receive(run->engine, &run->inbox, clock_ms() + ORDER_MS, &message))
			return engine_broke(run, verb, errno, failure);
		if (message.type == FRAME_RESULT)
			return result_take(run, message_payload(&message), code, failure);
		if (message.type == FRAME_LOG ? log_take(&message) : order_execute(run, &message))
			return engine_broke(run, verb, errno, failure);
	}
}

static int run_open(struct verb_run *run, struct failure *failure)
{
	void *bytes = mmap(NULL, MESSAGE_MAX_TO_ENGINE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED || inbox_open(&run->inbox, MESSAGE_MAX_TO_LAUNCHER))
		return failure_errno(failure, errno, "get memory");
	run->reply = field_writer(bytes, MESSAGE_MAX_TO_ENGINE);
	return 0;
}

/* Stays with the child, and then runs what the engine wants to be run. */
static int child_attend(struct verb_run *run, const struct options *options, const char *root)
{
	int code = attend(run->child, run->child_watch, run->terminal.master);
	struct options after = *options;
	struct failure failure;

	after.verb = run->after;
	if (run->after && verb_execute(&after, root, run->libexec, &failure) < 0)
		report_error(&failure);
	return code;
}

int verb_execute(const struct options *options, const char *root, const char *libexec,
		 struct failure *failure)
{
	struct verb_run run = { .libexec = libexec,
				.child_watch = -1,
				.terminal = { .master = -1, .slave = -1 } };
	int64_t deadline = clock_ms() + ENGINE_START_MS;
	bool outdated = false, again;
	enum talk talk;
	int code = 1;

	if (run_open(&run, failure))
		return -1;
	do {
		run.engine = engine_connect(libexec, outdated, deadline, failure);
		if (run.engine < 0)
			return -1;
		report_debug("%s: connected to the engine %d", options->verb[0],
			     engine_pid(run.engine));
		frame_reader_init(&run.inbox.reader);
		talk = verb_talk(&run, options, root, &code, failure);
		close(run.engine);
		outdated = talk == TALK_OUTDATED;
		again = outdated || talk == TALK_UNHEARD;
		if (again)
			poll(NULL, 0, RETRY_MS);
	} while (again && clock_left(deadline) > 0);
	if (talk == TALK_DONE && code)
		child_kill(&run);
	if (talk == TALK_DONE && code == 0 && run.foreground)
		return child_attend(&run, options, root);
	if (talk == TALK_DONE)
		return code;
	if (talk != TALK_FAILED)
		failure_set(failure, ETIMEDOUT, "%s: %s within %d s", options->verb[0],
			    outdated ? "the engine of another build does not leave"
				     : "the engine, which has too much to do, takes no more verbs",
			    ENGINE_START_MS / 1000);
	return -1;
}
