/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "argv.h"
#include "clock.h"
#include "console.h"
#include "engine.h"
#include "process.h"
#include "terminal.h"
#include "verb.h"

/* Longer than the monitor's own longest wait, 30 s for systemd to make a scope. */
#define SETUP_MS 60000
#define REPLY_LIMIT (256u << 10)
#define CHILD_LINK 3

/* A kind of process that is forked for the engine. */
struct role {
	const char *program; /* below libexec */
	uint8_t type;	     /* of the message that makes it what it is to be */
};

static const struct role monitor_role = { "monitor", FRAME_SPAWN_MONITOR };
static const struct role session_role = { "session", FRAME_SPAWN_SESSION };

struct spawn {
	char **arguments; /* the child's own command line: the words of the guest's process */
	size_t arguments_count;
	char netns[PATH_MAX];
	uint32_t foreground, terminal;
	struct winsize size;
};

/* A side of the terminal. */
static bool size_take(const struct field *field, unsigned short *side)
{
	uint32_t number;

	if (!field_u32(field, &number) || number > USHRT_MAX)
		return false;
	*side = (unsigned short)number;
	return true;
}

static bool spawn_field_take(const struct field *field, struct spawn *spawn)
{
	switch (field->tag) {
	case FIELD_ARG:
		return argv_append(&spawn->arguments, &spawn->arguments_count, field);
	case FIELD_NETNS:
		return field_text(field, spawn->netns, sizeof(spawn->netns));
	case FIELD_FOREGROUND:
		return field_u32(field, &spawn->foreground);
	case FIELD_TERMINAL:
		return field_u32(field, &spawn->terminal);
	case FIELD_ROWS:
		return size_take(field, &spawn->size.ws_row);
	case FIELD_COLUMNS:
		return size_take(field, &spawn->size.ws_col);
	default:
		return true; /* what the child is to look at */
	}
}

static bool spawn_parse(const struct message *message, struct spawn *spawn)
{
	struct field_reader reader = field_reader(message->bytes, message->length);
	struct field field;

	memset(spawn, 0, sizeof(*spawn));
	while (field_next(&reader, &field))
		if (!spawn_field_take(&field, spawn))
			return false;
	return !reader.bad && spawn->arguments;
}

/* The monitor refuses pid 1's and its own; only here the engine's is known, see design of the
 * redirect in docs/architecture.md: it would take the engine's host off the network. */
static int netns_check(const char *path, int engine, struct failure *failure)
{
	char engine_path[64];
	struct stat wanted, own;
	int pid = engine_pid(engine);

	if (!*path || pid <= 0)
		return 0;
	snprintf(engine_path, sizeof(engine_path), "/proc/%d/ns/net", pid);
	if (stat(path, &wanted) || stat(engine_path, &own))
		return 0;
	if (wanted.st_dev == own.st_dev && wanted.st_ino == own.st_ino)
		return failure_set(failure, EINVAL,
				   "network namespace \"%s\" is the engine's own, a container "
				   "cannot share it",
				   path);
	return 0;
}

/* In the child. A program that cannot be run says so in its stead. */
static _Noreturn void child_exec(const char *program, char **arguments, int link, int slave)
{
	static char *environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", NULL };
	struct failure failure;

	for (int fd = STDIN_FILENO; slave >= 0 && fd <= STDERR_FILENO; fd++)
		descriptor_place(slave, fd);
	if (descriptor_place(link, CHILD_LINK) == 0) {
		descriptors_close(CHILD_LINK + 1);
		signals_reset();
		execve(program, arguments, environment);
	}
	failure_errno(&failure, errno, "run %s", program);
	message_send_failure(CHILD_LINK, 1, &failure, clock_ms() + 1000);
	_exit(127);
}

static bool reply_is_good(const struct message *reply)
{
	struct field_reader reader = field_reader(reply->bytes, reply->length);
	struct field field;
	uint32_t status;

	return reply->type == FRAME_REPLY && field_next(&reader, &field) &&
	       field.tag == FIELD_STATUS && field_u32(&field, &status) && status == 0;
}

/* Hands the payload over and passes the answer on as it is. */
static int child_ask(const struct role *role, int link, const struct message *message,
		     struct field_writer *writer, struct failure *failure)
{
	struct inbox inbox;
	struct message reply;
	bool sent;
	int result;

	if (inbox_open(&inbox, REPLY_LIMIT))
		return failure_errno(failure, errno, "get memory");
	/* One that has ended already may have said why. */
	sent = message_send(link, role->type, 1, message->bytes, message->length,
			    clock_ms() + SETUP_MS) == 0 ||
	       errno == EPIPE || errno == ECONNRESET;
	if (!sent || message_receive(link, &inbox, clock_ms() + SETUP_MS, &reply)) {
		result = errno == ECONNRESET
			     ? failure_set(failure, ECHILD, "the %s ended before it was set up",
					   role->program)
			     : failure_errno(failure, errno, "wait for the %s", role->program);
	} else if (reply.length > writer->size) {
		result =
		    failure_set(failure, EMSGSIZE, "the %s's answer is too long", role->program);
	} else {
		memcpy(writer->bytes, reply.bytes, reply.length);
		writer->length = reply.length;
		result = reply_is_good(&reply) ? 0 : 1;
	}
	inbox_close(&inbox);
	return result;
}

/* One that failed ends by itself, and one that ended without an answer tells no more than how; one
 * that hangs must not stay. */
static int child_failed(pid_t child, int result, struct failure *failure)
{
	bool ended = result > 0 || failure->status == ECHILD;
	int status = process_reap(child, clock_ms() + (ended ? 5000 : 0));
	char end[64];

	if (result > 0)
		return 0;
	if (failure->status == ECHILD)
		failure_append(failure, process_end(status, end, sizeof(end)));
	return -1;
}

/* What a verb in the foreground shows of the container's terminal it shows on its caller's. */
static int console_require(struct failure *failure)
{
	int console = console_open();

	if (console < 0)
		return failure_errno(failure, errno, "open /dev/tty");
	close(console);
	return 0;
}

static int child_start(struct verb_run *run, const struct role *role, const struct spawn *spawn,
		       const struct message *message, struct failure *failure)
{
	char program[PATH_MAX];
	int pair[2], result;
	pid_t child;

	if (run->child)
		return failure_set(failure, EBUSY, "this verb has forked its %s already",
				   role->program);
	snprintf(program, sizeof(program), "%s/%s", run->libexec, role->program);
	if (spawn->terminal && spawn->foreground && console_require(failure))
		return -1;
	if (spawn->terminal && terminal_open(&run->terminal, &spawn->size, failure))
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return failure_errno(failure, errno, "start the %s", role->program);
	child = fork();
	if (child == 0)
		child_exec(program, spawn->arguments, pair[1], run->terminal.slave);
	close(pair[1]);
	terminal_release(&run->terminal);
	if (child < 0) {
		close(pair[0]);
		return failure_errno(failure, errno, "start the %s", role->program);
	}
	result = child_ask(role, pair[0], message, &run->reply, failure);
	close(pair[0]);
	if (result)
		return child_failed(child, result, failure);
	run->child = child;
	run->child_watch = process_watch(child);
	run->foreground = spawn->foreground;
	return 0;
}

int order_spawn_monitor(struct verb_run *run, const struct message *message,
			struct failure *failure)
{
	struct spawn spawn;
	int result;

	if (!spawn_parse(message, &spawn))
		result = order_malformed("SPAWN_MONITOR", failure);
	else if (netns_check(spawn.netns, run->engine, failure))
		result = -1;
	else
		result = child_start(run, &monitor_role, &spawn, message, failure);
	argv_free(spawn.arguments);
	return result;
}

int order_spawn_session(struct verb_run *run, const struct message *message,
			struct failure *failure)
{
	struct spawn spawn;
	int result;

	if (!spawn_parse(message, &spawn))
		result = order_malformed("SPAWN_SESSION", failure);
	else
		result = child_start(run, &session_role, &spawn, message, failure);
	argv_free(spawn.arguments);
	return result;
}
