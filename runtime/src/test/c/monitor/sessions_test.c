/* SPDX-License-Identifier: Apache-2.0 */
/* Processes by exec: sessions, their streams, numbers, signals and ends. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "rig.h"
#include "room.h"

#define EXECUTED 2u
#define IN STREAM_STDIN(EXECUTED)
#define OUT STREAM_STDOUT(EXECUTED)

/* The test plays a session. */
struct session {
	int control, input, output, errors; /* the test's ends */
};

/* What a packet says: its type, and the number in a field. */
struct packet {
	uint8_t type;
	uint8_t bytes[512];
	size_t length;
};

static bool datagram_send(const int *descriptors, size_t count, uint8_t type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = RIG_SOCKET ".s" };
	uint8_t header[FRAME_HEADER_SIZE];
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(8 * sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec part = { .iov_base = header, .iov_len = sizeof(header) };
	struct msghdr message = { .msg_name = &address,
				  .msg_namelen = sizeof(address),
				  .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool sent;

	frame_encode(&(struct frame){ .type = type }, header);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(&control.header), descriptors, count * sizeof(int));
	sent = sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(header);
	close(fd);
	return sent;
}

static bool packet_hear(int fd, struct packet *packet)
{
	uint8_t bytes[512];
	struct frame frame;
	ssize_t length;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 5 },
		   sizeof(struct timeval));
	length = recv(fd, bytes, sizeof(bytes), 0);
	if (length < FRAME_HEADER_SIZE || !frame_decode(bytes, &frame))
		return false;
	packet->type = frame.type;
	packet->length = (size_t)length - FRAME_HEADER_SIZE;
	memcpy(packet->bytes, bytes + FRAME_HEADER_SIZE, packet->length);
	return true;
}

static uint32_t packet_u32(const struct packet *packet, uint16_t tag)
{
	struct field_reader reader = field_reader(packet->bytes, packet->length);
	struct field field;
	uint32_t value = UINT32_MAX;

	while (field_next(&reader, &field))
		if (field.tag == tag)
			field_u32(&field, &value);
	return value;
}

/* Attaches, and hears the REPLY. */
static bool session_attach(struct session *session, struct packet *reply)
{
	int control[2], input[2], output[2], errors[2];
	bool done;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) ||
	    pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC) || pipe2(errors, O_CLOEXEC))
		return false;
	done =
	    datagram_send((int[]){ control[1], input[0], output[1], errors[1] }, 4, FRAME_ATTACH);
	close(control[1]), close(input[0]), close(output[1]), close(errors[1]);
	*session = (struct session){ control[0], input[1], output[0], errors[0] };
	return done && packet_hear(session->control, reply) && reply->type == FRAME_REPLY;
}

static void session_close(struct session *session)
{
	close(session->control), close(session->input);
	close(session->output), close(session->errors);
}

/* RUN of a process, answered with `status`. */
static bool session_run(struct rig *rig, uint32_t number, uint32_t status)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_PROCESS, number);
	if (!talk_say_fields(&rig->engine, FRAME_RUN, 20 + number, &writer) ||
	    !talk_hear(&rig->agent, FRAME_RUN, ANY))
		return false;
	writer = field_writer(bytes, sizeof(bytes));
	field_put_u32(&writer, FIELD_STATUS, status);
	return talk_say_fields(&rig->agent, FRAME_REPLY, rig->agent.message.stream, &writer) &&
	       talk_hear(&rig->engine, FRAME_REPLY, 20 + number);
}

static bool exited_say(struct rig *rig, uint32_t number, uint32_t code)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_PROCESS, number);
	field_put_u32(&writer, FIELD_CODE, code);
	return talk_say_fields(&rig->agent, FRAME_EXITED, 0, &writer);
}

static void streams_and_exit_code_are_the_process_s(void)
{
	struct session session;
	struct packet packet;
	char bytes[8] = "";
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	EXPECT(packet_u32(&packet, FIELD_STATUS) == 0);
	EXPECT(packet_u32(&packet, FIELD_PROCESS) == EXECUTED);
	EXPECT(write(session.input, "in", 2) == 2);
	EXPECT(talk_silent(&rig.agent));
	EXPECT(session_run(&rig, EXECUTED, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_DATA, IN) && rig.agent.message.length == 2);
	EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, "out", 3));
	EXPECT(read_soon(session.output, bytes, 3) == 3 && memcmp(bytes, "out", 3) == 0);
	EXPECT(exited_say(&rig, EXECUTED, 7));
	EXPECT(packet_hear(session.control, &packet) && packet.type == FRAME_EXITED);
	EXPECT(packet_u32(&packet, FIELD_CODE) == 7);
	/* Nothing of it is held any more. */
	EXPECT(read_soon(session.output, bytes, 1) == 0 &&
	       read_soon(session.errors, bytes, 1) == 0);
	EXPECT(recv(session.control, bytes, 1, 0) == 0);
	session_close(&session);
	rig_end(&rig);
}

static void a_session_that_dies_has_its_process_killed(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(session_run(&rig, EXECUTED, 0));
	session_close(&session);
	EXPECT(talk_hear(&rig.agent, FRAME_SIGNAL, ANY));
	EXPECT(heard_u32(&rig.agent, FIELD_PROCESS) == EXECUTED);
	EXPECT(heard_u32(&rig.agent, FIELD_SIGNAL) == SIGKILL);
	rig_end(&rig);
}

/* When its session goes, the agent hears nothing of it, and the next session has its number. */
static void expect_number_given_back(struct rig *rig, struct session *session)
{
	struct packet packet;

	session_close(session);
	EXPECT(talk_silent(&rig->agent));
	REQUIRE(session_attach(session, &packet));
	EXPECT(packet_u32(&packet, FIELD_PROCESS) == EXECUTED);
	session_close(session);
}

static void a_session_that_dies_before_run_gives_its_number_back(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	expect_number_given_back(&rig, &session);
	rig_end(&rig);
}

static void a_run_that_is_too_long_and_loses_its_session_gives_the_number_back(void)
{
	static const uint8_t env[MESSAGE_MAX_TO_AGENT - 64];
	static uint8_t bytes[MESSAGE_MAX_TO_AGENT];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct session session;
	struct packet packet;
	struct rig rig;

	field_put_u32(&writer, FIELD_PROCESS, EXECUTED);
	/* What the frames' headers add is too much. */
	field_put(&writer, FIELD_ENV, env, sizeof(env));
	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(talk_say_fields(&rig.engine, FRAME_RUN, 20, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 20));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EMSGSIZE);
	expect_number_given_back(&rig, &session);
	rig_end(&rig);
}

static void a_run_that_fails_and_loses_its_session_gives_the_number_back(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(session_run(&rig, EXECUTED, 2));
	expect_number_given_back(&rig, &session);
	rig_end(&rig);
}

static void signals_go_on_to_the_process(void)
{
	uint8_t packet_bytes[64];
	struct field_writer writer = field_writer(packet_bytes + FRAME_HEADER_SIZE,
						  sizeof(packet_bytes) - FRAME_HEADER_SIZE);
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(session_run(&rig, EXECUTED, 0));
	field_put_u32(&writer, FIELD_SIGNAL, SIGUSR1);
	frame_encode(&(struct frame){ .type = FRAME_SIGNAL, .length = (uint32_t)writer.length },
		     packet_bytes);
	EXPECT(send(session.control, packet_bytes, FRAME_HEADER_SIZE + writer.length, 0) > 0);
	EXPECT(talk_hear(&rig.agent, FRAME_SIGNAL, ANY));
	EXPECT(heard_u32(&rig.agent, FIELD_PROCESS) == EXECUTED);
	EXPECT(heard_u32(&rig.agent, FIELD_SIGNAL) == SIGUSR1);
	session_close(&session);
	rig_end(&rig);
}

static void sessions_end_with_the_container(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(session_run(&rig, EXECUTED, 0));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(packet_hear(session.control, &packet) && packet.type == FRAME_EXITED);
	EXPECT(packet_u32(&packet, FIELD_CODE) == 137);
	EXPECT(rig_exit_code(&rig) == 3);
	session_close(&session);
	rig_end(&rig);
}

/* The container's process was silent, and the other's output waits for its reader. */
static void output_is_drained_after_the_container(void)
{
	static uint8_t part[STREAM_WINDOW / 4], got[STREAM_WINDOW * 2];
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig) && session_attach(&session, &packet));
	REQUIRE(session_run(&rig, EXECUTED, 0));
	fcntl(session.output, F_SETPIPE_SZ, 4096);
	for (int i = 0; i < 3; i++)
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(!process_await(rig.monitor, clock_ms() + 500));
	EXPECT(read_soon(session.output, got, sizeof(got)) == 3 * sizeof(part));
	EXPECT(packet_hear(session.control, &packet) && packet.type == FRAME_EXITED);
	EXPECT(packet_u32(&packet, FIELD_CODE) == 137);
	EXPECT(rig_exit_code(&rig) == 3);
	session_close(&session);
	rig_end(&rig);
}

static void without_a_guest_a_session_is_refused(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }));
	REQUIRE(session_attach(&session, &packet));
	EXPECT(packet_u32(&packet, FIELD_STATUS) != 0);
	session_close(&session);
	rig_end(&rig);
}

static void there_are_as_many_numbers_as_the_protocol_says(void)
{
	static struct session sessions[PROCESS_MAX];
	struct packet packet;
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (uint32_t i = 0; i < PROCESS_MAX - 1; i++) {
		REQUIRE(session_attach(&sessions[i], &packet));
		EXPECT(packet_u32(&packet, FIELD_PROCESS) == EXECUTED + i);
		/* The test's own descriptors are not without end either. */
		close(sessions[i].input), close(sessions[i].output), close(sessions[i].errors);
	}
	REQUIRE(session_attach(&sessions[PROCESS_MAX - 1], &packet));
	EXPECT(packet_u32(&packet, FIELD_STATUS) != 0);
	session_close(&sessions[PROCESS_MAX - 1]);
	for (uint32_t i = 0; i < PROCESS_MAX - 1; i++)
		close(sessions[i].control);
	rig_end(&rig);
}

static void what_is_no_attach_is_dropped(void)
{
	struct session session;
	struct packet packet;
	struct rig rig;
	int pair[2], more[2];

	REQUIRE(rig_serve(&rig));
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	EXPECT(datagram_send((int[]){ pair[1] }, 1, FRAME_ATTACH));
	EXPECT(datagram_send((int[]){ pair[1], pair[1], pair[1], pair[1] }, 4, FRAME_SIGNAL));
	EXPECT(datagram_send((int[]){ pair[1], pair[1], pair[1], pair[1], pair[1], pair[1] }, 6,
			     FRAME_SIGNAL));
	close(pair[1]);
	EXPECT(recv(pair[0], more, 1, 0) == 0);
	close(pair[0]);
	REQUIRE(session_attach(&session, &packet));
	EXPECT(packet_u32(&packet, FIELD_PROCESS) == EXECUTED);
	session_close(&session);
	rig_end(&rig);
}

static void run_without_a_session_is_refused(void)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	field_put_u32(&writer, FIELD_PROCESS, EXECUTED);
	EXPECT(talk_say_fields(&rig.engine, FRAME_RUN, 5, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 5));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) != 0);
	EXPECT(talk_silent(&rig.agent));
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "streams and exit code are the process's", streams_and_exit_code_are_the_process_s },
	{ "a session that dies has its process killed",
	  a_session_that_dies_has_its_process_killed },
	{ "a RUN that is too long and loses its session gives the number back",
	  a_run_that_is_too_long_and_loses_its_session_gives_the_number_back },
	{ "a session that dies before RUN gives its number back",
	  a_session_that_dies_before_run_gives_its_number_back },
	{ "a RUN that fails and loses its session gives the number back",
	  a_run_that_fails_and_loses_its_session_gives_the_number_back },
	{ "signals go on to the process", signals_go_on_to_the_process },
	{ "sessions end with the container", sessions_end_with_the_container },
	{ "output is drained after the container", output_is_drained_after_the_container },
	{ "without a guest a session is refused", without_a_guest_a_session_is_refused },
	{ "there are as many numbers as the protocol says",
	  there_are_as_many_numbers_as_the_protocol_says },
	{ "what is no ATTACH is dropped", what_is_no_attach_is_dropped },
	{ "RUN without a session is refused", run_without_a_session_is_refused },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-sessions", tests, sizeof(tests) / sizeof(tests[0]));
}
