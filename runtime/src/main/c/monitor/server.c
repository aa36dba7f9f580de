/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "guest.h"
#include "little_endian.h"
#include "log.h"
#include "message.h"
#include "process.h"

#define SERVER_LINK 3
#define PREPARE_MS 20000
#define END_MS 2000
#define REPLY_LIMIT (64u << 10)

static _Noreturn void server_exec(const char *program, int link)
{
	static char *environment[] = { "LANG=C.UTF-8", NULL };
	char *arguments[] = { "xen-runc fileserver", NULL };
	struct failure failure;
	int null, log;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signals_reset();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	log = log_descriptor() >= 0 ? log_descriptor() : null;
	/* Out of the way of 0-3, which take the places of the container's streams. */
	log = fcntl(log, F_DUPFD_CLOEXEC, 10);
	link = fcntl(link, F_DUPFD_CLOEXEC, 10);
	if (null >= 0 && descriptor_place(null, STDIN_FILENO) == 0 &&
	    descriptor_place(null, STDOUT_FILENO) == 0 &&
	    descriptor_place(log, STDERR_FILENO) == 0 && descriptor_place(link, SERVER_LINK) == 0) {
		descriptors_close(SERVER_LINK + 1);
		execve(program, arguments, environment);
		link = SERVER_LINK;
	}
	failure_errno(&failure, errno, "run %s", program);
	message_send_failure(link, 1, &failure, clock_ms() + END_MS);
	_exit(127);
}

/* Copies SPAWN_MONITOR's or the REPLY's EXPORTs as they are. */
static void exports_copy(struct payload payload, struct field_writer *writer)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (payload_next(&reader, FIELD_EXPORT, &field))
		field_put(writer, FIELD_EXPORT, field.bytes, field.length);
}

/* EXPORT{NUMBER MODE READONLY}+ goes on to the launcher; STATUS and TEXT are the failure. */
static int reply_take(const struct message *message, struct field_writer *reply,
		      struct failure *failure)
{
	struct payload payload = message_payload(message);

	if (message->type != FRAME_REPLY || !reply_valid(TO_SERVER, FRAME_PREPARE, payload))
		return failure_set(failure, EPROTO, "the file server's answer is malformed");
	exports_copy(payload, reply);
	return reply_outcome(payload, failure);
}

static int server_prepare(int link, const struct spawn *spawn, struct field_writer *reply,
			  struct failure *failure)
{
	int64_t deadline = clock_ms() + PREPARE_MS;
	struct message answer;
	struct inbox out, in;
	struct field_writer writer;
	int result = -1;
	bool sent;

	/* The inbox's memory serves for the request too: it is as long as SPAWN_MONITOR at most. */
	if (inbox_open(&out, spawn->payload.length))
		return failure_errno(failure, errno, "get memory");
	if (inbox_open(&in, REPLY_LIMIT)) {
		inbox_close(&out);
		return failure_errno(failure, errno, "get memory");
	}
	writer = field_writer(out.bytes, out.limit);
	exports_copy(spawn->payload, &writer);
	/* One that has ended already may have said why. */
	sent = message_send(link, FRAME_PREPARE, 1, out.bytes, writer.length, deadline) == 0 ||
	       errno == EPIPE || errno == ECONNRESET;
	if (!sent || message_receive(link, &in, deadline, &answer))
		failure_errno(failure, errno == ENOENT ? EIO : errno, "talk to the file server");
	else
		result = reply_take(&answer, reply, failure);
	inbox_close(&in);
	inbox_close(&out);
	return result;
}

/* Without a word: how it ended is all that there is to tell. */
static void server_ended(struct monitor *monitor, struct failure *failure)
{
	char end[64];
	int status = process_reap(monitor->server_pid, clock_ms() + END_MS);

	monitor->server_pid = 0;
	failure_set(failure, ECHILD, "the file server ended before it was ready: it %s",
		    process_end(status, end, sizeof(end)));
}

int server_start(struct monitor *monitor, const char *libexec, const struct spawn *spawn,
		 struct field_writer *reply, struct failure *failure)
{
	char program[PATH_MAX];
	int pair[2], result;

	if ((size_t)snprintf(program, sizeof(program), "%s/fileserver", libexec) >= sizeof(program))
		return failure_errno(failure, ENAMETOOLONG, "run the file server");
	if (access(program, X_OK))
		return failure_errno(failure, errno, "run %s", program);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return failure_errno(failure, errno, "start the file server");
	monitor->server_pid = fork();
	if (monitor->server_pid == 0)
		server_exec(program, pair[1]);
	close(pair[1]);
	monitor->server = (struct peer){ .fd = pair[0], .readable = true, .writable = true };
	if (monitor->server_pid < 0) {
		monitor->server_pid = 0;
		return failure_errno(failure, errno, "start the file server");
	}
	monitor->server_watch = process_watch(monitor->server_pid);
	monitor->exports = spawn->exports;
	for (uint32_t number = 0; number < spawn->exports; number++)
		monitor->export[number].window = FILES_WINDOW;
	result = server_prepare(pair[0], spawn, reply, failure);
	if (result && failure->status == ECONNRESET)
		server_ended(monitor, failure);
	return result;
}

void server_end(struct monitor *monitor)
{
	int64_t deadline = clock_ms() + END_MS;

	if (monitor->server_pid <= 0)
		return;
	/* At the link's end the inner process exits, which holds the mounts, and only then the
	 * outer one, which can be awaited: who sees our end is to see no mount of the rootfs. */
	if (monitor->server.fd >= 0)
		shutdown(monitor->server.fd, SHUT_RDWR);
	if (!process_await(monitor->server_pid, deadline - END_MS / 2)) {
		/* No capability is needed to kill a process with our uid; one that hangs in a dead
		 * network file system is left to the kernel. */
		kill(monitor->server_pid, SIGKILL);
		process_await(monitor->server_pid, deadline);
	}
	monitor->server_pid = 0;
}

static enum verdict frame_take(struct monitor *monitor, const struct frame *frame,
			       const uint8_t *payload)
{
	uint32_t number = frame->stream - STREAM_FILES, more;

	if (frame->flags || frame->stream < STREAM_FILES || number >= monitor->exports ||
	    (frame->type != FRAME_DATA && frame->type != FRAME_END && frame->type != FRAME_WINDOW))
		return protocol_broken(monitor, "the file server sends frame type %u on stream %u",
				       frame->type, frame->stream);
	if (monitor->phase != PHASE_SERVING)
		return TAKEN;
	if (frame->type == FRAME_WINDOW) {
		more = frame->length == sizeof(more) ? little_get32(payload) : UINT32_MAX;
		if (more > FILES_WINDOW - monitor->export[number].window)
			return protocol_broken(monitor, "the file server's WINDOW is malformed");
		if (!queue_append_frame(&monitor->to_guest, frame, payload))
			return HELD;
		monitor->export[number].window += more;
		return TAKEN;
	}
	return queue_append_frame(&monitor->to_guest, frame, payload) ? TAKEN : HELD;
}

static bool server_write(struct monitor *monitor)
{
	size_t length = queue_length(&monitor->to_server);
	ssize_t count;

	if (!monitor->server.writable || length == 0)
		return false;
	count = send(monitor->server.fd, queue_front(&monitor->to_server), length,
		     MSG_NOSIGNAL | MSG_DONTWAIT);
	if (count > 0)
		queue_drop(&monitor->to_server, (size_t)count);
	else
		monitor->server.writable = false;
	return count > 0;
}

static void server_broke(struct monitor *monitor, const char *reason)
{
	close(monitor->server.fd);
	monitor->server = (struct peer){ .fd = -1 };
	monitor->from_server.held = false;
	guest_lost(monitor, "%s", reason);
}

static bool server_fill(struct monitor *monitor)
{
	size_t size;
	uint8_t *space = frame_reader_space(&monitor->from_server.reader, &size);
	ssize_t count;

	if (!monitor->server.readable)
		return false;
	count = recv(monitor->server.fd, space, size, MSG_DONTWAIT);
	if (count > 0) {
		frame_reader_filled(&monitor->from_server.reader, (size_t)count);
		return true;
	}
	monitor->server.readable = false;
	if (count == 0 || (errno != EAGAIN && errno != EINTR))
		server_broke(monitor, "the file server ended");
	return false;
}

bool server_pump(struct monitor *monitor)
{
	struct source *source = &monitor->from_server;
	bool moved = false;

	if (monitor->server.fd < 0)
		return false;
	for (int turn = 0; turn < TURN_FRAMES && monitor->server.fd >= 0; turn++) {
		enum frame_status status = source_next(source);
		enum verdict verdict;

		if (status == FRAME_NONE) {
			if (!server_fill(monitor))
				break;
			moved = true;
			continue;
		}
		verdict = status == FRAME_BAD
			      ? protocol_broken(monitor, "the file server sends a malformed frame")
			      : frame_take(monitor, &source->frame, source->payload);
		if (verdict == HELD) {
			source->held = true;
			break;
		}
		moved = true;
		if (verdict == BROKEN)
			server_broke(monitor, monitor->reason);
	}
	if (monitor->server.fd >= 0)
		moved = server_write(monitor) || moved;
	return moved;
}
