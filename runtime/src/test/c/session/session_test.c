/* SPDX-License-Identifier: Apache-2.0 */
/* The session of a process by exec, between a launcher and a monitor that the test plays. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "room.h"
#include "talk.h"
#include "test.h"

#define PROGRAM TREE "/lib/xen-runc/session"
#define MONITOR "/run/monitor.sock"
#define PROCESS 2u
#define HANDED 4 /* the control socket and three streams */

struct session {
	pid_t pid;
	int control; /* the monitor's end */
};

static pid_t session_spawn(int link)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (dup2(link, 3) == 3 && fcntl(3, F_SETFD, 0) == 0)
			execl(PROGRAM, "session", (char *)NULL);
		_exit(127);
	}
	close(link);
	return pid;
}

static int attach_socket_make(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = MONITOR ".s" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	unlink(address.sun_path);
	EXPECT(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

/* Takes ATTACH; only the control socket is of use here. -1 if there was none. */
static int attach_take(int fd)
{
	uint8_t bytes[512];
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(HANDED * sizeof(int))];
	} control;
	struct iovec part = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	int descriptors[HANDED];

	if (!readable_within(fd, SOON_MS) || recvmsg(fd, &message, MSG_CMSG_CLOEXEC) < 0 ||
	    control.header.cmsg_len != CMSG_LEN(sizeof(descriptors)))
		return -1;
	memcpy(descriptors, CMSG_DATA(&control.header), sizeof(descriptors));
	for (int i = 1; i < HANDED; i++)
		close(descriptors[i]);
	return descriptors[0];
}

static bool packet_say(int control, uint8_t type, const struct field_writer *writer)
{
	uint8_t packet[128];

	frame_encode(&(struct frame){ .type = type, .length = (uint32_t)writer->length }, packet);
	memcpy(packet + FRAME_HEADER_SIZE, writer->bytes, writer->length);
	return send(control, packet, FRAME_HEADER_SIZE + writer->length, MSG_NOSIGNAL) > 0;
}

static struct session session_start(void)
{
	int link[2], attach = attach_socket_make();
	struct session session = { .control = -1 };
	uint8_t bytes[128];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct talk launcher;

	EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) == 0);
	session.pid = session_spawn(link[1]);
	talk_open(&launcher, link[0]);
	field_put_text(&writer, FIELD_ARG, "sleep");
	field_put_text(&writer, FIELD_SOCKET, MONITOR);
	field_put_u32(&writer, FIELD_PID, (uint32_t)getpid());
	EXPECT(talk_say_fields(&launcher, FRAME_SPAWN_SESSION, 1, &writer));
	session.control = attach_take(attach);
	EXPECT(session.control >= 0);
	writer = field_writer(bytes, sizeof(bytes));
	field_put_u32(&writer, FIELD_STATUS, 0);
	field_put_u32(&writer, FIELD_PROCESS, PROCESS);
	EXPECT(packet_say(session.control, FRAME_REPLY, &writer));
	EXPECT(talk_hear(&launcher, FRAME_REPLY, 1) && heard_u32(&launcher, FIELD_STATUS) == 0);
	EXPECT(heard_u32(&launcher, FIELD_PROCESS) == PROCESS);
	talk_close(&launcher);
	close(attach);
	return session;
}

static bool exited_say(const struct session *session, uint32_t code)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_CODE, code);
	return packet_say(session->control, FRAME_EXITED, &writer);
}

/* Its exit code; -1 if it did not exit. */
static int session_end(const struct session *session)
{
	int status = 0;

	alarm(SOON_MS / 1000);
	if (waitpid(session->pid, &status, 0) != session->pid || !WIFEXITED(status))
		return -1;
	alarm(0);
	return WEXITSTATUS(status);
}

static void it_exits_as_its_process_did(void)
{
	struct session session = session_start();

	EXPECT(exited_say(&session, 7));
	EXPECT(session_end(&session) == 7);
	close(session.control);
}

/* The monitor closes at once when it has told; what the session said last, it may not have read.
 * The session mostly wakes when both are done. */
static void it_exits_so_even_if_the_monitor_closed_before_it_read_a_signal(void)
{
	for (int i = 0; i < 20; i++) {
		struct session session = session_start();

		EXPECT(kill(session.pid, SIGUSR1) == 0);
		EXPECT(readable_within(session.control, SOON_MS));
		EXPECT(exited_say(&session, 7));
		close(session.control);
		EXPECT(session_end(&session) == 7);
	}
}

static void without_a_monitor_it_exits_as_killed(void)
{
	struct session session = session_start();

	close(session.control);
	EXPECT(session_end(&session) == 128 + SIGKILL);
}

static const struct test tests[] = {
	{ "it exits as its process did", it_exits_as_its_process_did },
	{ "it exits so even if the monitor closed before it read a signal",
	  it_exits_so_even_if_the_monitor_closed_before_it_read_a_signal },
	{ "without a monitor it exits as killed", without_a_monitor_it_exits_as_killed },
};

int main(void)
{
	room_enter();
	return test_run_all("session", tests, sizeof(tests) / sizeof(tests[0]));
}
