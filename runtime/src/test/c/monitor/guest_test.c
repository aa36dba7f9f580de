/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest can say, what an engine can ask, and the file server between them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "little_endian.h"
#include "process.h"
#include "rig.h"
#include "room.h"

#define EXPORT(number) (STREAM_FILES + (number))

/* A frame as its bytes. */
struct raw {
	const char *rule;
	uint8_t type, flags;
	uint32_t stream, length;
	const char *payload; /* NULL: `length` is a lie, nothing follows */
};

static const struct raw breaches[] = {
	{ "an unknown type", 0x7f, 0, 0, 0, "" },
	{ "a request", FRAME_PING, 0, 1, 0, "" },
	{ "an engine's request", FRAME_STOP, 0, 1, 0, "" },
	{ "an unknown flag", FRAME_DATA, 0x02, STREAM_STDOUT(1), 1, "x" },
	{ "a message in parts", FRAME_DATA, FRAME_MORE, STREAM_STDOUT(1), 1, "x" },
	{ "a second HELLO", FRAME_HELLO, 0, 0, 0, "" },
	{ "a frame that is too long", FRAME_DATA, 0, STREAM_STDOUT(1), FRAME_PAYLOAD_MAX + 1,
	  NULL },
	{ "data on stdin", FRAME_DATA, 0, STREAM_STDIN(1), 1, "x" },
	{ "data on no stream", FRAME_DATA, 0, 3, 1, "x" },
	{ "data on stream 4p+3", FRAME_DATA, 0, 7, 1, "x" },
	{ "data of a process that cannot be", FRAME_DATA, 0, STREAM_STDOUT(PROCESS_MAX + 1), 1,
	  "x" },
	{ "an END with a payload", FRAME_END, 0, STREAM_STDOUT(1), 1, "x" },
	{ "an END of no stream", FRAME_END, 0, 0, 0, "" },
	{ "an export that is not served", FRAME_DATA, 0, EXPORT(2), 1, "x" },
	{ "the last export number", FRAME_DATA, 0, 0xffffffff, 1, "x" },
	{ "a WINDOW for an export", FRAME_WINDOW, 0, EXPORT(0), 4, "\1\0\0\0" },
	{ "a short WINDOW", FRAME_WINDOW, 0, STREAM_STDIN(1), 3, "\1\0\0" },
	{ "a WINDOW for stdout", FRAME_WINDOW, 0, STREAM_STDOUT(1), 4, "\1\0\0\0" },
	{ "a WINDOW beyond the first size", FRAME_WINDOW, 0, STREAM_STDIN(1), 4, "\1\0\0\0" },
	{ "a WINDOW that would wrap", FRAME_WINDOW, 0, STREAM_STDIN(1), 4, "\377\377\377\377" },
	{ "a REPLY that nobody waits for", FRAME_REPLY, 0, 77, 12, "\4\0\0\0\4\0\0\0\0\0\0\0" },
	{ "an EXITED without fields", FRAME_EXITED, 0, 0, 0, "" },
	{ "an EXITED of process 0", FRAME_EXITED, 0, 0, 24,
	  "\20\0\0\0\4\0\0\0\0\0\0\0\6\0\0\0\4\0\0\0\0\0\0\0" },
	{ "an EXITED with code 256", FRAME_EXITED, 0, 0, 24,
	  "\20\0\0\0\4\0\0\0\1\0\0\0\6\0\0\0\4\0\0\0\0\1\0\0" },
	{ "an EXITED with a cut field", FRAME_EXITED, 0, 0, 10, "\20\0\0\0\4\0\0\0\1\0" },
	{ "an EXITED with an unknown field", FRAME_EXITED, 0, 0, 12, "\1\0\0\0\4\0\0\0\1\0\0\0" },
	{ "an EXITED on a stream", FRAME_EXITED, 0, 4, 24,
	  "\20\0\0\0\4\0\0\0\1\0\0\0\6\0\0\0\4\0\0\0\0\0\0\0" },
};

static bool raw_say(struct talk *talk, const struct raw *raw)
{
	uint8_t bytes[FRAME_HEADER_SIZE + 64];

	bytes[0] = raw->type, bytes[1] = raw->flags;
	little_put16(bytes + 2, 0);
	little_put32(bytes + 4, raw->stream);
	little_put32(bytes + 8, raw->length);
	if (!raw->payload)
		return talk_say_raw(talk, bytes, FRAME_HEADER_SIZE);
	memcpy(bytes + FRAME_HEADER_SIZE, raw->payload, raw->length);
	return talk_say_raw(talk, bytes, FRAME_HEADER_SIZE + raw->length);
}

static bool stop_say(struct rig *rig, uint32_t code)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_CODE, code);
	return talk_say_fields(&rig->engine, FRAME_STOP, 99, &writer);
}

static bool reply_say(struct talk *talk, uint32_t number, uint32_t status)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));

	field_put_u32(&writer, FIELD_STATUS, status);
	return talk_say_fields(talk, FRAME_REPLY, number, &writer);
}

static void every_breach_of_the_guests_loses_it(void)
{
	for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
		int before = test_failures;
		struct rig rig;

		REQUIRE(rig_serve(&rig));
		EXPECT(raw_say(&rig.agent, &breaches[i]));
		EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
		EXPECT(talk_ended(&rig.agent));
		EXPECT(stop_say(&rig, 255));
		EXPECT(rig_exit_code(&rig) == 255);
		if (test_failures != before)
			fprintf(stderr, "  with %s\n", breaches[i].rule);
		rig_end(&rig);
	}
}

static void window_of_stdout_cannot_be_overrun(void)
{
	static uint8_t part[FRAME_PAYLOAD_MAX];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	/* The pipe takes one window, the monitor the next. */
	for (uint32_t window = 0; window < STREAM_WINDOW; window += sizeof(part))
		EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), part, sizeof(part)));
	for (uint32_t window = 0; window < STREAM_WINDOW;) {
		REQUIRE(talk_hear(&rig.agent, FRAME_WINDOW, STREAM_STDOUT(1)));
		window += little_get32(rig.agent.message.bytes);
	}
	for (uint32_t window = 0; window < STREAM_WINDOW; window += sizeof(part))
		EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), part, sizeof(part)));
	EXPECT(talk_silent(&rig.engine));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), "x", 1));
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "overruns") != NULL);
	rig_end(&rig);
}

static void frame_cut_anywhere_is_taken_whole(void)
{
	uint8_t bytes[FRAME_HEADER_SIZE + 5];
	struct frame frame = { .type = FRAME_DATA, .stream = STREAM_STDOUT(1), .length = 5 };
	struct rig rig;
	char got[5];

	REQUIRE(rig_serve(&rig));
	frame_encode(&frame, bytes);
	memcpy(bytes + FRAME_HEADER_SIZE, "whole", 5);
	for (size_t cut = 1; cut < sizeof(bytes); cut++) {
		EXPECT(talk_say_raw(&rig.agent, bytes, cut));
		usleep(1000);
		EXPECT(talk_say_raw(&rig.agent, bytes + cut, sizeof(bytes) - cut));
		EXPECT(read_soon(rig.output, got, 5) == 5 && memcmp(got, "whole", 5) == 0);
	}
	rig_end(&rig);
}

static void channel_that_closes_is_lost_and_waits_for_stop(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	talk_close(&rig.agent);
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "closed the channel") != NULL);
	EXPECT(!process_await(rig.monitor, 0));
	EXPECT(stop_say(&rig, 137));
	EXPECT(rig_exit_code(&rig) == 137);
	rig_end(&rig);
}

static void lost_without_an_engine_exits_with_255(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	talk_close(&rig.engine);
	talk_close(&rig.agent);
	EXPECT(rig_exit_code(&rig) == 255);
	rig_end(&rig);
}

static void lost_is_told_to_the_next_engine(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	talk_close(&rig.engine);
	talk_close(&rig.agent);
	REQUIRE(rig_engine(&rig));
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	rig_end(&rig);
}

static void requests_pass_with_numbers_of_their_own(void)
{
	static uint8_t long_request[100000];
	uint32_t first;
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (size_t at = 0; at < sizeof(long_request); at++)
		long_request[at] = (uint8_t)(at * 7);
	EXPECT(talk_say(&rig.engine, FRAME_PREPARE, 500, long_request, sizeof(long_request)));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 501, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PREPARE, ANY));
	EXPECT(rig.agent.message.length == sizeof(long_request) &&
	       memcmp(rig.agent.message.bytes, long_request, sizeof(long_request)) == 0);
	first = rig.agent.message.stream;
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	EXPECT(rig.agent.message.stream != first);
	/* The later request is answered first. */
	EXPECT(reply_say(&rig.agent, rig.agent.message.stream, 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 501));
	EXPECT(reply_say(&rig.agent, first, 5));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 500));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == 5);
	rig_end(&rig);
}

static void ping_passes_between_the_parts_of_a_message(void)
{
	struct raw first = { .type = FRAME_PREPARE,
			     .flags = FRAME_MORE,
			     .stream = 8,
			     .length = 3,
			     .payload = "one" };
	struct raw last = { .type = FRAME_PREPARE, .stream = 8, .length = 3, .payload = "two" };
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	EXPECT(raw_say(&rig.engine, &first));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 9, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	EXPECT(talk_silent(&rig.agent));
	EXPECT(raw_say(&rig.engine, &last));
	EXPECT(talk_hear(&rig.agent, FRAME_PREPARE, ANY));
	EXPECT(rig.agent.message.length == 6 && memcmp(rig.agent.message.bytes, "onetwo", 6) == 0);
	rig_end(&rig);
}

static void new_engine_replaces_the_old_in_the_middle_of_a_message(void)
{
	struct raw part = { .type = FRAME_PREPARE,
			    .flags = FRAME_MORE,
			    .stream = 8,
			    .length = 3,
			    .payload = "one" };
	struct talk old;
	uint32_t number;
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 7, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	number = rig.agent.message.stream;
	EXPECT(raw_say(&rig.engine, &part));
	usleep(50000);
	old = rig.engine;
	rig.engine.fd = -1;
	REQUIRE(rig_engine(&rig));
	EXPECT(talk_ended(&old));
	talk_close(&old);
	/* The old one's answer is nobody's; the half message was never sent. */
	EXPECT(reply_say(&rig.agent, number, 0));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 7, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	EXPECT(rig.agent.message.stream != number);
	EXPECT(talk_silent(&rig.engine));
	EXPECT(reply_say(&rig.agent, rig.agent.message.stream, 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 7));
	rig_end(&rig);
}

static void requests_are_answered_when_the_guest_goes(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 7, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	talk_close(&rig.agent);
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 7));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EIO);
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	EXPECT(talk_say(&rig.engine, FRAME_PING, 8, NULL, 0));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 8));
	rig_end(&rig);
}

/* A guest that reads nothing must not keep STOP from being heard. */
static void stop_is_heard_past_a_guest_that_takes_nothing(void)
{
	static uint8_t bytes[1 << 20];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (uint32_t number = 10; number < 18; number++)
		EXPECT(talk_say(&rig.engine, FRAME_PREPARE, number, bytes, sizeof(bytes)));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, ANY));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EAGAIN);
	EXPECT(stop_say(&rig, 9));
	EXPECT(rig_exit_code(&rig) == 9);
	rig_end(&rig);
}

static void connect_twice_is_refused(void)
{
	uint8_t bytes[128];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	field_put_text(&writer, FIELD_SOCKET, RIG_AGENT_NAME);
	EXPECT(talk_say_fields(&rig.engine, FRAME_CONNECT, 5, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 5));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EISCONN);
	rig_end(&rig);
}

static void connect_to_nothing_fails_and_may_be_tried_again(void)
{
	uint8_t bytes[128];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }) && rig_engine(&rig));
	field_put_text(&writer, FIELD_SOCKET, "nobody");
	EXPECT(talk_say_fields(&rig.engine, FRAME_CONNECT, 5, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 5));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == ENOENT);
	EXPECT(rig_join(&rig));
	rig_end(&rig);
}

static void guest_of_another_protocol_is_not_joined(void)
{
	uint8_t bytes[128];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	int listener;
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }) && rig_engine(&rig));
	listener = socket_listen_at(RIG_AGENT);
	field_put_text(&writer, FIELD_SOCKET, RIG_AGENT_NAME);
	EXPECT(talk_say_fields(&rig.engine, FRAME_CONNECT, 5, &writer));
	talk_open(&rig.agent, socket_accept_soon(listener));
	writer = field_writer(bytes, sizeof(bytes));
	field_put_u32(&writer, FIELD_PROTOCOL, 99);
	field_put_u32(&writer, FIELD_PROTOCOL_MIN, 99);
	EXPECT(talk_say_fields(&rig.agent, FRAME_HELLO, 0, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 5));
	EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EPROTO);
	EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "protocol 99") != NULL);
	close(listener);
	rig_end(&rig);
}

static void malformed_engine_is_let_go_and_the_guest_stays(void)
{
	static const struct raw lies[] = {
		{ "", 0x70, 0, 1, 0, "" },
		{ "", FRAME_DATA, 0, 4, 1, "x" },
		{ "", FRAME_CONNECT, 0, 1, 3, "\0\0\0" },
		{ "", FRAME_CONNECT, FRAME_MORE, 1, 0, "" },
		{ "", FRAME_STOP, 0, 1, 0, "" },
		{ "", FRAME_STOP, 0, 1, 12, "\6\0\0\0\4\0\0\0\0\1\0\0" },
		{ "", FRAME_PING, 0, 0, 0, "" },
		{ "", FRAME_PING, 4, 1, 0, "" },
		{ "", FRAME_PING, 0, 1, FRAME_PAYLOAD_MAX + 1, NULL },
	};
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		EXPECT(raw_say(&rig.engine, &lies[i]));
		EXPECT(talk_ended(&rig.engine));
		REQUIRE(rig_engine(&rig));
	}
	EXPECT(talk_say(&rig.engine, FRAME_PING, 7, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	rig_end(&rig);
}

static void engine_without_hello_is_let_go(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	talk_close(&rig.engine);
	talk_open(&rig.engine, socket_connect_soon(RIG_SOCKET));
	EXPECT(stop_say(&rig, 0));
	EXPECT(talk_ended(&rig.engine));
	EXPECT(!process_await(rig.monitor, 0));
	rig_end(&rig);
}

static void files_pass_both_ways_with_their_windows(void)
{
	static uint8_t part[FRAME_PAYLOAD_MAX];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (uint32_t i = 0; i < 40; i++) {
		memset(part, (int)i, sizeof(part));
		EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(i % 2), part, sizeof(part)));
		EXPECT(talk_hear(&rig.agent, FRAME_WINDOW, EXPORT(i % 2)));
		EXPECT(talk_hear(&rig.agent, FRAME_DATA, EXPORT(i % 2)));
		EXPECT(rig.agent.message.length == sizeof(part) &&
		       rig.agent.message.bytes[100] == i);
	}
	EXPECT(talk_say(&rig.agent, FRAME_END, EXPORT(1), NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_END, EXPORT(1)));
	rig_end(&rig);
}

/* The file server does not read: a window an export waits in the monitor, PING passes, more is a
 * breach. */
static void file_server_that_hangs_stops_nothing_else(void)
{
	static uint8_t part[FRAME_PAYLOAD_MAX];
	struct rig rig;
	size_t sent;
	char got[4];

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), "sleep", 5));
	for (sent = 5; sent + sizeof(part) <= FILES_WINDOW; sent += sizeof(part))
		EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), part, sizeof(part)));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), "out", 3));
	EXPECT(read_soon(rig.output, got, 3) == 3);
	EXPECT(talk_say(&rig.engine, FRAME_PING, 7, NULL, 0));
	EXPECT(talk_hear(&rig.agent, FRAME_PING, ANY));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), part, sizeof(part)));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 7));
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	rig_end(&rig);
}

static void file_server_that_dies_loses_the_container(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), "die", 3));
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	EXPECT(strstr(heard_text(&rig.engine, FIELD_TEXT), "file server") != NULL);
	EXPECT(talk_ended(&rig.agent));
	rig_end(&rig);
}

static void file_server_that_lies_loses_the_container(void)
{
	struct rig rig;
	char got[2];

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), "lie", 3));
	EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
	EXPECT(!readable_within(rig.output, NEVER_MS) || read(rig.output, got, 1) == 0);
	rig_end(&rig);
}

static pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &child) != 1)
		child = 0;
	fclose(file);
	return child;
}

static void file_server_ends_by_itself_before_the_monitor(void)
{
	struct rig rig;

	rmdir("/run/server-ended");
	REQUIRE(rig_serve(&rig));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(rig_exit_code(&rig) == 3);
	EXPECT(rmdir("/run/server-ended") == 0);
	rig_end(&rig);
}

static void file_server_that_hangs_is_killed_at_the_end(void)
{
	struct rig rig;
	pid_t server;

	REQUIRE(rig_serve(&rig));
	server = child_of(rig.monitor);
	REQUIRE(server > 0);
	EXPECT(talk_say(&rig.agent, FRAME_DATA, EXPORT(0), "sleep", 5));
	EXPECT(!readable_within(rig.agent.fd, NEVER_MS));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(rig_exit_code(&rig) == 3);
	EXPECT(process_await(server, 0));
	rig_end(&rig);
}

static void file_server_dies_with_a_killed_monitor(void)
{
	struct rig rig;
	pid_t server;

	REQUIRE(rig_serve(&rig));
	server = child_of(rig.monitor);
	REQUIRE(server > 0);
	kill(rig.monitor, SIGKILL);
	/* It is pid 1's now, which is this test. */
	EXPECT(process_await(server, INT64_MAX));
	rig_end(&rig);
}

static void malformed_reply_loses_the_guest_and_not_the_engine(void)
{
	static const struct {
		size_t length;
		const char *bytes;
	} replies[] = {
		{ 3, "\1\0\0" },
		{ 13, "\4\0\0\0\5\0\0\0\0\0\0\0\0" },
		{ 9, "\5\0\0\0\1\0\0\0\0" },
		{ 12, "\377\0\0\0\4\0\0\0\0\0\0\0" },
	};
	struct rig rig;

	for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
		REQUIRE(rig_serve(&rig));
		REQUIRE(talk_say(&rig.engine, FRAME_PING, 77, "", 0));
		REQUIRE(talk_hear(&rig.agent, FRAME_PING, ANY));
		EXPECT(talk_say(&rig.agent, FRAME_REPLY, rig.agent.message.stream, replies[i].bytes,
				replies[i].length));
		EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 77));
		EXPECT(heard_u32(&rig.engine, FIELD_STATUS) == EIO);
		EXPECT(talk_hear(&rig.engine, FRAME_LOST, 0));
		rig_end(&rig);
	}
}

/* More of them than the engine's queue and socket hold, while it does not read. */
static void engine_is_told_the_last_of_many_ooms(void)
{
	static const uint64_t last = 40000;
	uint8_t bytes[32];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (uint64_t kills = 1; kills <= last; kills++) {
		struct field_writer writer = field_writer(bytes, sizeof(bytes));

		field_put_u64(&writer, FIELD_OOM_KILLS, kills);
		REQUIRE(talk_say_fields(&rig.agent, FRAME_OOM, 0, &writer));
	}
	do
		REQUIRE(talk_hear(&rig.engine, FRAME_OOM, 0));
	while (heard_u64(&rig.engine, FIELD_OOM_KILLS) != last);
	EXPECT(talk_silent(&rig.engine));
	rig_end(&rig);
}

static void exited_is_told_to_the_next_engine(void)
{
	static uint8_t part[STREAM_WINDOW / 4];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	talk_close(&rig.engine);
	/* More than the pipe takes keeps the monitor in its drain. */
	for (int i = 0; i < 4; i++)
		EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), part, sizeof(part)));
	for (uint32_t window = 0; window < STREAM_WINDOW;) {
		REQUIRE(talk_hear(&rig.agent, FRAME_WINDOW, STREAM_STDOUT(1)));
		window += little_get32(rig.agent.message.bytes);
	}
	EXPECT(talk_say(&rig.agent, FRAME_DATA, STREAM_STDOUT(1), part, sizeof(part)));
	EXPECT(rig_exited(&rig, 42));
	REQUIRE(rig_engine(&rig));
	EXPECT(talk_hear(&rig.engine, FRAME_EXITED, 0));
	EXPECT(heard_u32(&rig.engine, FIELD_CODE) == 42);
	close(rig.output);
	rig.output = -1;
	EXPECT(rig_exit_code(&rig) == 42);
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "every breach of the protocol by the guest loses it",
	  every_breach_of_the_guests_loses_it },
	{ "stdout's window cannot be overrun", window_of_stdout_cannot_be_overrun },
	{ "a frame cut anywhere is taken whole", frame_cut_anywhere_is_taken_whole },
	{ "a channel that closes is lost; the monitor waits for STOP",
	  channel_that_closes_is_lost_and_waits_for_stop },
	{ "lost without an engine exits with 255", lost_without_an_engine_exits_with_255 },
	{ "LOST is told to the next engine", lost_is_told_to_the_next_engine },
	{ "requests pass with numbers of their own", requests_pass_with_numbers_of_their_own },
	{ "PING passes between the parts of a message",
	  ping_passes_between_the_parts_of_a_message },
	{ "a new engine replaces the old in the middle of a message",
	  new_engine_replaces_the_old_in_the_middle_of_a_message },
	{ "requests are answered when the guest goes", requests_are_answered_when_the_guest_goes },
	{ "STOP is heard past a guest that takes nothing",
	  stop_is_heard_past_a_guest_that_takes_nothing },
	{ "CONNECT twice is refused", connect_twice_is_refused },
	{ "CONNECT to nothing fails and may be tried again",
	  connect_to_nothing_fails_and_may_be_tried_again },
	{ "a guest of another protocol is not joined", guest_of_another_protocol_is_not_joined },
	{ "a malformed engine is let go and the guest stays",
	  malformed_engine_is_let_go_and_the_guest_stays },
	{ "an engine without HELLO is let go", engine_without_hello_is_let_go },
	{ "files pass both ways with their windows", files_pass_both_ways_with_their_windows },
	{ "a file server that hangs stops nothing else",
	  file_server_that_hangs_stops_nothing_else },
	{ "a file server that dies loses the container",
	  file_server_that_dies_loses_the_container },
	{ "a file server that lies loses the container",
	  file_server_that_lies_loses_the_container },
	{ "the file server ends by itself, before the monitor",
	  file_server_ends_by_itself_before_the_monitor },
	{ "a file server that hangs is killed at the end",
	  file_server_that_hangs_is_killed_at_the_end },
	{ "the file server dies with a killed monitor", file_server_dies_with_a_killed_monitor },
	{ "a malformed REPLY loses the guest and not the engine",
	  malformed_reply_loses_the_guest_and_not_the_engine },
	{ "the engine is told the last of many OOMs", engine_is_told_the_last_of_many_ooms },
	{ "EXITED is told to the next engine", exited_is_told_to_the_next_engine },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-guest", tests, sizeof(tests) / sizeof(tests[0]));
}
