/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "test.h"

static struct guest guest;
static struct fields fields;

static void test_hello_and_ping(void)
{
	guest_start(&guest, NULL);
	EXPECT(guest_answers(&guest));
	guest_stop(&guest);
}

static void expect_closed(void)
{
	EXPECT(guest_pump(&guest, guest_closed, 0));
	guest_stop(&guest);
}

static void test_broken_frames(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		CASE("\x03\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00"), /* zero is not zero */
		CASE("\x03\x02\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), /* unknown flag */
		CASE("\x03\x00\x00\x00\x01\x00\x00\x00\x01\x80\x00\x00"), /* too long */
		CASE("\x7f\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), /* unknown type */
		CASE("\x2f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), /* EXITED from a host */
		CASE("\x02\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), /* REPLY from a host */
		CASE("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), /* a second HELLO */
		CASE("\x10\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00"), /* DATA for stdout */
		CASE("\x10\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00"), /* no such stream */
		CASE("\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), /* process 0 */
		CASE("\x10\x00\x00\x00\x08\x04\x00\x00\x00\x00\x00\x00"), /* process 258 */
		CASE("\x10\x00\x00\x00\x00\x04\x00\x80\x00\x00\x00\x00"), /* export 1024 */
		CASE("\x12\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00"), /* WINDOW without one */
		CASE("\x12\x00\x00\x00\x04\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00"), /* stdin's
											   */
		CASE("\x11\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00x"), /* END with bytes */
		CASE("\x10\x01\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00x"), /* DATA with MORE */
		CASE("\x03\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00"
		     "\x05\x00\x00\x00\x00\x00\x00\x00"), /* PING with a field */
		CASE("\x22\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00"
		     "\x10\x00\x00\x00\x04\x00\x00\x00"),		  /* a field cut short */
		CASE("\x22\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), /* fields missing */
		CASE("\x21\x00\x00\x00\x01\x00\x00\x00\x0a\x00\x00\x00"
		     "\x16\x00\x00\x00\x02\x00\x00\x00x\0"), /* NUL in text */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		guest_start(&guest, NULL);
		guest_pump_for(&guest, 1);
		send(guest.agent_fd, cases[i].bytes, cases[i].length, MSG_NOSIGNAL);
		expect_closed();
		if (test_failures)
			fprintf(stderr, "case %zu\n", i);
	}
}

static void test_truncated_request(void)
{
	/* A RUN that ends anywhere is refused or waits for the rest; a closed channel ends it. */
	run_begin(&fields, 1, "sh", "exit 0");
	for (size_t cut = 0; cut < fields.writer.length; cut += 29) {
		struct fields part = fields;

		part.writer.length = cut;
		guest_start(&guest, NULL);
		guest_prepare(&guest);
		guest_request(&guest, FRAME_RUN, &part);
		expect_closed();
	}
}

static void test_request_of_many_frames(void)
{
	static char variable[200 * 1024] = "BIG=";

	memset(variable + 4, 'x', 100000);
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	run_begin(&fields, 1, "sh", "echo ${#BIG}");
	field_put_text(&fields.writer, FIELD_ENV, variable);
	EXPECT(!fields.writer.full && fields.writer.length > 3 * FRAME_PAYLOAD_MAX);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "100000\n") == 0);
	guest_stop(&guest);
}

static void test_unknown_processes(void)
{
	guest_start(&guest, NULL);
	for (uint32_t number = 1; number <= 2; number++) { /* of a container that is not there */
		run_begin(&fields, number, "sh", "true");
		EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == EINVAL);
	}
	guest_prepare(&guest);
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_PROCESS, 3);
	field_put_u32(&fields.writer, FIELD_SIGNAL, SIGTERM);
	EXPECT(guest_call(&guest, FRAME_SIGNAL, &fields)->status == ESRCH);
	guest_stop(&guest);
}

static void refresh_begin(size_t entropy, int64_t seconds_ahead)
{
	static const uint8_t bytes[2 * ENTROPY_SIZE] = { 42 };
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	fields_begin(&fields);
	field_put(&fields.writer, FIELD_ENTROPY, bytes, entropy);
	field_put_u64(&fields.writer, FIELD_TIME,
		      (uint64_t)(now.tv_sec + seconds_ahead) * 1000000000 + (uint64_t)now.tv_nsec);
}

/* Before the container, as it runs, and again. */
static void test_refresh(void)
{
	guest_start(&guest, NULL);
	for (int i = 0; i < 2; i++) {
		refresh_begin(ENTROPY_SIZE, 0);
		EXPECT(guest_call(&guest, FRAME_REFRESH, &fields)->status == 0);
	}
	guest_prepare(&guest);
	refresh_begin(ENTROPY_SIZE, 0);
	EXPECT(guest_call(&guest, FRAME_REFRESH, &fields)->status == 0);
	guest_stop(&guest);
}

/* This machine's clock is not the agent's. */
static void test_refresh_leaves_a_foreign_clock(void)
{
	time_t before = time(NULL);

	guest_start(&guest, NULL);
	refresh_begin(ENTROPY_SIZE, 3600);
	EXPECT(guest_call(&guest, FRAME_REFRESH, &fields)->status == 0);
	EXPECT(time(NULL) - before < 1800);
	guest_stop(&guest);
}

static bool times_asked(struct guest *asking, uint32_t times)
{
	return asking->times_asked >= times;
}

static void time_send(int64_t seconds_ahead)
{
	fields_begin(&fields);
	field_put_u64(&fields.writer, FIELD_TIME,
		      (uint64_t)(time(NULL) + seconds_ahead) * 1000000000);
	guest_send(&guest, FRAME_TIME, 0, fields.bytes, fields.writer.length);
}

/* By REFRESH, and whenever the host's clock was set; an answer without a question is nothing. */
static void test_time_is_asked(void)
{
	time_t before = time(NULL);

	guest_start(&guest, NULL);
	time_send(3600);
	refresh_begin(ENTROPY_SIZE, 0);
	EXPECT(guest_call(&guest, FRAME_REFRESH, &fields)->status == 0);
	EXPECT(guest_pump(&guest, times_asked, 1));
	time_send(3600);
	for (uint32_t times = 2; times < 4; times++) {
		guest_send(&guest, FRAME_CLOCK_SET, 0, NULL, 0);
		EXPECT(guest_pump(&guest, times_asked, times));
		time_send(3600);
	}
	EXPECT(guest_answers(&guest));
	EXPECT(guest.times_asked == 3 && time(NULL) - before < 1800);
	guest_stop(&guest);
}

static void test_malformed_times(void)
{
	guest_start(&guest, NULL);
	guest_send(&guest, FRAME_TIME, 0, NULL, 0);
	expect_closed();
	guest_start(&guest, NULL);
	guest_send(&guest, FRAME_CLOCK_SET, 7, NULL, 0);
	expect_closed();
}

static void test_refresh_of_another_size(void)
{
	static const size_t sizes[] = { 0, ENTROPY_SIZE - 1, ENTROPY_SIZE + 1, 2 * ENTROPY_SIZE };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		guest_start(&guest, NULL);
		refresh_begin(sizes[i], 0);
		guest_request(&guest, FRAME_REFRESH, &fields);
		expect_closed();
	}
	guest_start(&guest, NULL);
	fields_begin(&fields);
	field_put_u64(&fields.writer, FIELD_TIME, 1);
	guest_request(&guest, FRAME_REFRESH, &fields);
	expect_closed();
}

static void test_shutdown(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, "trap '' TERM; echo out; while :; do sleep 1; done");
	EXPECT(guest_call(&guest, FRAME_SHUTDOWN, NULL)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 137);
	guest_stop(&guest);
}

static void test_shutdown_before_anything(void)
{
	guest_start(&guest, NULL);
	EXPECT(guest_call(&guest, FRAME_SHUTDOWN, NULL)->status == 0);
	EXPECT(guest_pump(&guest, guest_closed, 0)); /* after 5 s */
	guest_stop(&guest);
}

static void test_leaves_without_the_host(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, "exit 0");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(guest_pump(&guest, guest_closed, 0)); /* 5 s later at the latest */
	guest_stop(&guest);
}

static void test_ping_while_files_stand_still(void)
{
	uint32_t run;

	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, "echo ready; read x; ls -l /etc /bin /tmp >/x; echo never");
	while (!strstr(guest_output(&guest, 1, 0), "ready"))
		guest_pump_for(&guest, 20);
	guest.files_held = true;
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "go\n", 3);
	run_begin(&fields, 2, "wc", "/etc/passwd"); /* wc is not in the cache */
	run = guest_request(&guest, FRAME_RUN, &fields);
	guest_pump_for(&guest, 500);
	for (int i = 0; i < 5; i++)
		EXPECT(guest_answers(&guest));
	EXPECT(!guest.replies[run].there);
	/* Everything goes on when the files do. */
	guest_files_release(&guest);
	EXPECT(guest_reply(&guest, run)->there);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strstr(guest_output(&guest, 1, 0), "never"));
	guest_stop(&guest);
}

static void test_ends_while_files_stand_still(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, "echo ready; read x; cat /bin/* >/x");
	while (!strstr(guest_output(&guest, 1, 0), "ready"))
		guest_pump_for(&guest, 20);
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "go\n", 3);
	guest_pump_for(&guest, 100);
	guest.files_held = true;
	guest_pump_for(&guest, 200);
	EXPECT(guest_answers(&guest));
	guest_stop(&guest); /* the channel closes; the agent aborts the mounts and ends */
}

static void test_file_server_dies(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, "echo ready; read x; ls /tmp; echo $?; exit 3");
	while (!strstr(guest_output(&guest, 1, 0), "ready"))
		guest_pump_for(&guest, 20);
	guest_send(&guest, FRAME_END, STREAM_FILES, NULL, 0);
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "go\n", 3);
	EXPECT(guest_wait(&guest, 1) != 0);
	EXPECT(guest_answers(&guest));
	guest_stop(&guest);
}

static const struct test tests[] = {
	{ "HELLO and PING", test_hello_and_ping },
	{ "broken frames end the connection", test_broken_frames },
	{ "a request cut anywhere ends the connection", test_truncated_request },
	{ "a request of many frames", test_request_of_many_frames },
	{ "unknown processes", test_unknown_processes },
	{ "REFRESH at any time", test_refresh },
	{ "REFRESH leaves a clock that is not the guest's", test_refresh_leaves_a_foreign_clock },
	{ "the time is asked for", test_time_is_asked },
	{ "a TIME without one, and a CLOCK_SET with a number, end the connection",
	  test_malformed_times },
	{ "REFRESH of another size ends the connection", test_refresh_of_another_size },
	{ "SHUTDOWN ends what ignores TERM", test_shutdown },
	{ "SHUTDOWN before PREPARE", test_shutdown_before_anything },
	{ "the agent leaves though the host stays", test_leaves_without_the_host },
	{ "PING is answered while files stand still", test_ping_while_files_stand_still },
	{ "the agent ends while files stand still", test_ends_while_files_stand_still },
	{ "the container outlives its files", test_file_server_dies },
};

int main(void)
{
	return test_run_all("protocol", tests, sizeof(tests) / sizeof(tests[0]));
}
