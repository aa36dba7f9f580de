/* SPDX-License-Identifier: Apache-2.0 */
/* The container's stdin, stdout and stderr, and how it ends. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "little_endian.h"
#include "process.h"
#include "rig.h"
#include "room.h"

#define IN STREAM_STDIN(PROCESS_MAIN)
#define OUT STREAM_STDOUT(PROCESS_MAIN)
#define ERR STREAM_STDERR(PROCESS_MAIN)

#define MONITOR_LOG "/var/log/xen-runc/monitor.log"

static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 131 + at / 251);
}

static void output_and_errors_stay_apart(void)
{
	struct rig rig;
	char bytes[16] = "";

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, "out", 3));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, ERR, "err", 3));
	EXPECT(read_soon(rig.output, bytes, 3) == 3 && memcmp(bytes, "out", 3) == 0);
	EXPECT(read_soon(rig.errors, bytes, 3) == 3 && memcmp(bytes, "err", 3) == 0);
	EXPECT(rig_exited(&rig, 7));
	EXPECT(talk_hear(&rig.engine, FRAME_EXITED, 0));
	EXPECT(heard_u32(&rig.engine, FIELD_CODE) == 7);
	EXPECT(rig_exit_code(&rig) == 7);
	rig_end(&rig);
}

static void stdin_is_not_read_before_run(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }) && rig_engine(&rig) &&
		rig_join(&rig));
	EXPECT(write(rig.input, "early", 5) == 5);
	EXPECT(talk_silent(&rig.agent));
	EXPECT(rig_run(&rig));
	EXPECT(talk_hear(&rig.agent, FRAME_DATA, IN));
	EXPECT(rig.agent.message.length == 5 && memcmp(rig.agent.message.bytes, "early", 5) == 0);
	rig_end(&rig);
}

static void stdin_is_not_read_after_a_failed_run(void)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }) && rig_engine(&rig) &&
		rig_join(&rig));
	EXPECT(write(rig.input, "early", 5) == 5);
	field_put_u32(&writer, FIELD_PROCESS, PROCESS_MAIN);
	EXPECT(talk_say_fields(&rig.engine, FRAME_RUN, 2, &writer));
	EXPECT(talk_hear(&rig.agent, FRAME_RUN, ANY));
	writer = field_writer(bytes, sizeof(bytes));
	field_put_u32(&writer, FIELD_STATUS, 2);
	EXPECT(talk_say_fields(&rig.agent, FRAME_REPLY, rig.agent.message.stream, &writer));
	EXPECT(talk_hear(&rig.engine, FRAME_REPLY, 2));
	EXPECT(talk_silent(&rig.agent));
	rig_end(&rig);
}

static void end_of_stdin_is_told(void)
{
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	EXPECT(write(rig.input, "last", 4) == 4);
	close(rig.input);
	rig.input = -1;
	EXPECT(talk_hear(&rig.agent, FRAME_DATA, IN));
	EXPECT(talk_hear(&rig.agent, FRAME_END, IN));
	rig_end(&rig);
}

static void stdin_keeps_to_its_window(void)
{
	static uint8_t bytes[STREAM_WINDOW + 1000];
	size_t heard = 0;
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	fcntl(rig.input, F_SETPIPE_SZ, 1 << 20);
	EXPECT(write(rig.input, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes));
	while (heard < STREAM_WINDOW && talk_hear(&rig.agent, FRAME_DATA, IN))
		heard += rig.agent.message.length;
	EXPECT(heard == STREAM_WINDOW);
	EXPECT(talk_silent(&rig.agent));
	EXPECT(talk_say_u32(&rig.agent, FRAME_WINDOW, IN, 400));
	EXPECT(talk_hear(&rig.agent, FRAME_DATA, IN) && rig.agent.message.length == 400);
	EXPECT(talk_silent(&rig.agent));
	rig_end(&rig);
}

/* 4 MiB through stdout with a reader that reads: the window must come back as it reads. */
static void much_output_passes_unchanged(void)
{
	enum { TOTAL = 4 << 20, PART = 30000 };
	static uint8_t part[PART], got[PART];
	size_t sent = 0, seen = 0, wrong = 0;
	uint32_t window = STREAM_WINDOW;
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	while (seen < TOTAL && !test_failures) {
		while (sent < TOTAL && window >= PART) {
			size_t length = TOTAL - sent < PART ? TOTAL - sent : PART;

			for (size_t at = 0; at < length; at++)
				part[at] = pattern(sent + at);
			EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, length));
			sent += length;
			window -= (uint32_t)length;
		}
		while (seen < sent && readable_within(rig.output, 20)) {
			ssize_t count = read(rig.output, got, 1000);

			for (ssize_t at = 0; at < count; at++)
				wrong += got[at] != pattern(seen + (size_t)at);
			if (count <= 0)
				break;
			seen += (size_t)count;
		}
		while (readable_within(rig.agent.fd, 0) && talk_hear(&rig.agent, FRAME_WINDOW, OUT))
			window += little_get32(rig.agent.message.bytes);
		EXPECT(window <= STREAM_WINDOW);
	}
	EXPECT(wrong == 0 && seen == TOTAL);
	rig_end(&rig);
}

static void reader_that_stops_holds_up_only_its_own_stream(void)
{
	static uint8_t part[16384];
	struct rig rig;
	char bytes[4];

	REQUIRE(rig_serve(&rig));
	/* A full pipe, then a full window. */
	for (int i = 0; i < 4; i++)
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	for (uint32_t window = 0; window < STREAM_WINDOW && !test_failures;) {
		EXPECT(talk_hear(&rig.agent, FRAME_WINDOW, OUT));
		window += little_get32(rig.agent.message.bytes);
	}
	for (int i = 0; i < 4; i++)
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	EXPECT(talk_silent(&rig.agent));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, ERR, "err", 3));
	EXPECT(read_soon(rig.errors, bytes, 3) == 3);
	EXPECT(write(rig.input, "in", 2) == 2);
	EXPECT(talk_hear(&rig.agent, FRAME_DATA, IN));
	rig_end(&rig);
}

static void closed_stdout_swallows_but_grants(void)
{
	static uint8_t part[16384];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	close(rig.output);
	rig.output = -1;
	for (int i = 0; i < 32; i++) {
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
		EXPECT(talk_hear(&rig.agent, FRAME_WINDOW, OUT));
	}
	EXPECT(rig_exited(&rig, 0));
	EXPECT(rig_exit_code(&rig) == 0);
	rig_end(&rig);
}

static void end_of_stdout_closes_it_while_the_container_runs(void)
{
	struct rig rig;
	char bytes[8];

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, "last", 4));
	EXPECT(talk_say(&rig.agent, FRAME_END, OUT, NULL, 0));
	EXPECT(read_soon(rig.output, bytes, sizeof(bytes)) == 4);
	EXPECT(talk_say(&rig.agent, FRAME_DATA, ERR, "more", 4));
	EXPECT(read_soon(rig.errors, bytes, 4) == 4);
	rig_end(&rig);
}

static void output_is_drained_before_the_exit(void)
{
	static uint8_t part[STREAM_WINDOW / 4], got[STREAM_WINDOW * 2];
	struct rig rig;
	size_t sent = 0;

	REQUIRE(rig_serve(&rig));
	fcntl(rig.output, F_SETPIPE_SZ, 4096);
	for (; sent < STREAM_WINDOW; sent += sizeof(part))
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(!process_await(rig.monitor, 0));
	EXPECT(read_soon(rig.output, got, sizeof(got)) == STREAM_WINDOW);
	EXPECT(rig_exit_code(&rig) == 3);
	rig_end(&rig);
}

/* The agent waits ten seconds, too, before it says EXITED: the two must not add up. */
static void output_that_nobody_took_for_ten_seconds_holds_up_no_exit(void)
{
	static uint8_t part[STREAM_WINDOW / 4];
	struct rig rig;
	int64_t begin;

	REQUIRE(rig_serve(&rig));
	fcntl(rig.output, F_SETPIPE_SZ, 4096);
	for (size_t sent = 0; sent < STREAM_WINDOW; sent += sizeof(part))
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	EXPECT(!process_await(rig.monitor, clock_ms() + 10500));
	begin = clock_ms();
	EXPECT(rig_exited(&rig, 3));
	EXPECT(rig_exit_code(&rig) == 3);
	EXPECT(clock_ms() - begin < 3000);
	rig_end(&rig);
}

/* With room left for the agent nobody has waited for the readers before the exit. */
static void output_of_long_ago_has_its_time_from_the_exit(void)
{
	static uint8_t part[STREAM_WINDOW / 4], got[STREAM_WINDOW];
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	fcntl(rig.output, F_SETPIPE_SZ, 4096);
	for (int i = 0; i < 3; i++)
		EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, part, sizeof(part)));
	EXPECT(!process_await(rig.monitor, clock_ms() + 10500));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(!process_await(rig.monitor, clock_ms() + 1000));
	EXPECT(read_soon(rig.output, got, sizeof(got)) == 3 * sizeof(part));
	EXPECT(rig_exit_code(&rig) == 3);
	rig_end(&rig);
}

static void silent_process_leaves_no_output_behind(void)
{
	static char log[65536];
	struct rig rig;
	int fd;

	unlink(MONITOR_LOG);
	REQUIRE(rig_serve(&rig));
	EXPECT(rig_exited(&rig, 3));
	EXPECT(rig_exit_code(&rig) == 3);
	fd = open(MONITOR_LOG, O_RDONLY | O_CLOEXEC);
	EXPECT(read(fd, log, sizeof(log) - 1) > 0);
	close(fd);
	EXPECT(strstr(log, "exited with 3") && !strstr(log, "level=warn"));
	rig_end(&rig);
}

static void shared_descriptions_keep_their_flags(void)
{
	struct rig rig;

	/* The rig's pipes are the same descriptions as the monitor's were: a read end here. */
	REQUIRE(rig_serve(&rig));
	EXPECT((fcntl(rig.output, F_GETFL) & O_NONBLOCK) == 0);
	EXPECT((fcntl(rig.input, F_GETFL) & O_NONBLOCK) == 0);
	rig_end(&rig);
}

static void signals_reach_the_main_process(void)
{
	static const int numbers[] = {
		SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGTSTP, SIGPIPE, 34, 64
	};
	struct rig rig;

	REQUIRE(rig_serve(&rig));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		EXPECT(kill(rig.monitor, numbers[i]) == 0);
		EXPECT(talk_hear(&rig.agent, FRAME_SIGNAL, ANY));
		EXPECT(heard_u32(&rig.agent, FIELD_SIGNAL) == (uint32_t)numbers[i]);
		EXPECT(heard_u32(&rig.agent, FIELD_PROCESS) == PROCESS_MAIN);
	}
	EXPECT(talk_silent(&rig.engine));
	rig_end(&rig);
}

static void signal_before_run_waits_for_it(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = 1 }) && rig_engine(&rig) &&
		rig_join(&rig));
	EXPECT(kill(rig.monitor, SIGTERM) == 0);
	EXPECT(talk_silent(&rig.agent));
	EXPECT(rig_run(&rig));
	EXPECT(talk_hear(&rig.agent, FRAME_SIGNAL, ANY));
	EXPECT(heard_u32(&rig.agent, FIELD_SIGNAL) == SIGTERM);
	rig_end(&rig);
}

static void stop_exits_with_its_code(void)
{
	uint8_t bytes[64];
	struct field_writer writer = field_writer(bytes, sizeof(bytes));
	struct rig rig;
	char got[8];

	REQUIRE(rig_serve(&rig));
	EXPECT(talk_say(&rig.agent, FRAME_DATA, OUT, "said", 4));
	EXPECT(read_soon(rig.output, got, 4) == 4);
	field_put_u32(&writer, FIELD_CODE, 137);
	field_put_text(&writer, FIELD_TEXT, "killed");
	EXPECT(talk_say_fields(&rig.engine, FRAME_STOP, 3, &writer));
	EXPECT(rig_exit_code(&rig) == 137);
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "stdout and stderr stay apart, and the exit code is the container's",
	  output_and_errors_stay_apart },
	{ "stdin is not read before RUN is answered", stdin_is_not_read_before_run },
	{ "stdin is not read after a RUN that failed", stdin_is_not_read_after_a_failed_run },
	{ "the end of stdin is told", end_of_stdin_is_told },
	{ "stdin keeps to its window", stdin_keeps_to_its_window },
	{ "much output passes unchanged", much_output_passes_unchanged },
	{ "a reader that stops holds up only its own stream",
	  reader_that_stops_holds_up_only_its_own_stream },
	{ "a closed stdout swallows but grants", closed_stdout_swallows_but_grants },
	{ "END of stdout closes it while the container runs",
	  end_of_stdout_closes_it_while_the_container_runs },
	{ "output is drained before the exit", output_is_drained_before_the_exit },
	{ "output that nobody took for ten seconds holds up no exit",
	  output_that_nobody_took_for_ten_seconds_holds_up_no_exit },
	{ "output of long ago has its time from the exit",
	  output_of_long_ago_has_its_time_from_the_exit },
	{ "a silent process leaves no output behind", silent_process_leaves_no_output_behind },
	{ "shared open file descriptions keep their flags", shared_descriptions_keep_their_flags },
	{ "signals reach the main process", signals_reach_the_main_process },
	{ "a signal before RUN waits for it", signal_before_run_waits_for_it },
	{ "STOP exits with its code", stop_exits_with_its_code },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-streams", tests, sizeof(tests) / sizeof(tests[0]));
}
