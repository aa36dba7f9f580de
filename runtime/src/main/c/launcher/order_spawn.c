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
	bool foreground, terminal;
	struct winsize size;
};

/* False for want of memory. */
static bool spawn_take(struct payload payload, struct spawn *spawn)
{
	*spawn = (struct spawn){
		.arguments = argv_of(payload, FIELD_ARG, NULL),
		.foreground = payload_u32(payload, FIELD_FOREGROUND, 0),
		.terminal = payload_u32(payload, FIELD_TERMINAL, 0),
		.size = { .ws_row = (unsigned short)payload_u32(payload, FIELD_ROWS, 0),
			  .ws_col = (unsigned short)payload_u32(payload, FIELD_COLUMNS, 0) },
	};
	return spawn->arguments;
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

/* Hands the payload over and passes the answer on as it is. */
static int child_ask(const struct role *role, int link, struct payload payload,
		     struct field_writer *writer, struct failure *failure)
{
	struct inbox inbox;
	struct message reply;
	bool sent;
	int result;

	if (inbox_open(&inbox, REPLY_LIMIT))
		return failure_errno(failure, errno, "get memory");
	/* One that has ended already may have said why. */
	sent = message_send(link, role->type, 1, payload.bytes, payload.length,
			    clock_ms() + SETUP_MS) == 0 ||
	       errno == EPIPE || errno == ECONNRESET;
	if (!sent || message_receive(link, &inbox, clock_ms() + SETUP_MS, &reply)) {
		result = errno == ECONNRESET
			     ? failure_set(failure, ECHILD, "the %s ended before it was set up",
					   role->program)
			     : failure_errno(failure, errno, "wait for the %s", role->program);
	} else if (reply.type != FRAME_REPLY ||
		   !reply_valid(TO_LAUNCHER, role->type, message_payload(&reply))) {
		result =
		    failure_set(failure, EPROTO, "the %s's answer is malformed", role->program);
	} else if (reply.length > writer->size) {
		result =
		    failure_set(failure, EMSGSIZE, "the %s's answer is too long", role->program);
	} else {
		memcpy(writer->bytes, reply.bytes, reply.length);
		writer->length = reply.length;
		result = payload_u32(message_payload(&reply), FIELD_STATUS, EPROTO) ? 1 : 0;
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
		       struct payload payload, struct failure *failure)
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
	result = child_ask(role, pair[0], payload, &run->reply, failure);
	close(pair[0]);
	if (result)
		return child_failed(child, result, failure);
	run->child = child;
	run->child_watch = process_watch(child);
	run->foreground = spawn->foreground;
	return 0;
}

static int child_spawn(struct verb_run *run, const struct role *role, struct payload payload,
		       struct failure *failure)
{
	struct spawn spawn;
	int result;

	if (!spawn_take(payload, &spawn))
		return failure_errno(failure, errno, "get memory");
	result = child_start(run, role, &spawn, payload, failure);
	argv_free(spawn.arguments);
	return result;
}

int order_spawn_monitor(struct verb_run *run, struct payload payload, struct failure *failure)
{
	char netns[TEXT_SIZE] = "";

	payload_text(payload, FIELD_NETNS, netns);
	if (netns_check(netns, run->engine, failure))
		return -1;
	return child_spawn(run, &monitor_role, payload, failure);
}

int order_spawn_session(struct verb_run *run, struct payload payload, struct failure *failure)
{
	return child_spawn(run, &session_role, payload, failure);
}
