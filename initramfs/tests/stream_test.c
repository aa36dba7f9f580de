/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "little_endian.h"
#include "test.h"

#define MIB (1u << 20)

static struct guest guest;

static void started(const char *script)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, script);
}

/* A byte that tells where it belongs. */
static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 31 + at / 251);
}

static bool window_open(struct guest *seen, uint32_t process)
{
	return seen->process[process].input_window >= FRAME_PAYLOAD_MAX ||
	       guest_exited(seen, process);
}

/* Sends `size` bytes to stdin as the windows allow, then END. */
static void input_send(uint32_t process, size_t size)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX];

	guest.process[process].input_window = STREAM_WINDOW;
	for (size_t sent = 0; sent < size; sent += sizeof(bytes)) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = pattern(sent + i);
		REQUIRE(guest_pump(&guest, window_open, process));
		guest.process[process].input_window -= (uint32_t)sizeof(bytes);
		guest_send(&guest, FRAME_DATA, STREAM_STDIN(process), bytes, sizeof(bytes));
	}
	guest_send(&guest, FRAME_END, STREAM_STDIN(process), NULL, 0);
}

static void expect_pattern(const struct seen_output *output, size_t size)
{
	EXPECT(output->length == size && output->ended);
	for (size_t i = 0; i < output->length; i++)
		if ((uint8_t)output->bytes[i] != pattern(i)) {
			EXPECT(!"the bytes are those that were sent");
			return;
		}
}

static void test_mebibyte_through_cat(void)
{
	started("exec cat");
	input_send(1, MIB);
	EXPECT(guest_wait(&guest, 1) == 0);
	expect_pattern(&guest.process[1].output[0], MIB);
	guest_stop(&guest);
}

static void test_end_ends_it(void)
{
	started("cat; echo after");
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "abc", 3);
	guest_send(&guest, FRAME_END, STREAM_STDIN(1), NULL, 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "abcafter\n") == 0);
	guest_stop(&guest);
}

static void test_slow_reader_of_stdin(void)
{
	started("sleep 1; exec cat");
	/* More than a pipe holds waits in the agent, and it goes on answering. */
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 1 }, 32768);
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 2 }, 32768);
	guest_send(&guest, FRAME_END, STREAM_STDIN(1), NULL, 0);
	EXPECT(guest_answers(&guest));
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(guest.process[1].output[0].length == 65536);
	guest_stop(&guest);
}

static void test_stdin_nobody_reads(void)
{
	started("exec <&-; sleep 0.5; echo done");
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 1 }, 32768);
	EXPECT(guest_wait(&guest, 1) == 0);
	/* Too late is no error. */
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "late", 4);
	guest_send(&guest, FRAME_END, STREAM_STDIN(1), NULL, 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "done\n") == 0);
	guest_stop(&guest);
}

static void test_output_before_exit_is_whole(void)
{
	started("head -c 5242880 /dev/zero; exit 3");
	EXPECT(guest_wait(&guest, 1) == 3);
	EXPECT(guest.process[1].output[0].length == 5 * MIB);
	EXPECT(guest.process[1].output[0].ended && guest.process[1].output[1].ended);
	guest_stop(&guest);
}

static bool beside_done(struct guest *seen, uint32_t bytes)
{
	return seen->process[1].output[1].length >= bytes;
}

static void test_stalled_stream(void)
{
	uint8_t credit[4];

	guest_start(&guest, NULL);
	guest.process[1].output[0].stalled = true;
	guest_prepare(&guest);
	guest_run(&guest, 1, "yes & head -c 1048576 /dev/zero >&2; wait");
	/* stdout's reader is stalled at its window, stderr flows. */
	EXPECT(guest_pump(&guest, beside_done, MIB));
	EXPECT(guest.process[1].output[0].length == STREAM_WINDOW);
	EXPECT(guest_answers(&guest));
	little_put32(credit, 1000);
	guest_send(&guest, FRAME_WINDOW, STREAM_STDOUT(1), credit, sizeof(credit));
	guest_pump_for(&guest, 300);
	EXPECT(guest.process[1].output[0].length == STREAM_WINDOW + 1000);
	guest_stop(&guest);
}

static void test_drains_to_a_slow_host(void)
{
	uint8_t credit[4];

	guest_start(&guest, NULL);
	guest.process[1].output[0].stalled = true;
	guest_prepare(&guest);
	guest_run(&guest, 1, "head -c 100000 /dev/zero; exit 8");
	guest_pump_for(&guest, 1000);
	EXPECT(!guest.process[1].exited);
	little_put32(credit, STREAM_WINDOW);
	guest_send(&guest, FRAME_WINDOW, STREAM_STDOUT(1), credit, sizeof(credit));
	EXPECT(guest_wait(&guest, 1) == 8);
	EXPECT(guest.process[1].output[0].length == 100000);
	guest_stop(&guest);
}

static void test_exit_to_a_host_that_stopped_reading(void)
{
	guest_start(&guest, NULL);
	guest.process[1].output[0].stalled = true;
	guest_prepare(&guest);
	guest_run(&guest, 1, "head -c 120000 /dev/zero; exit 8");
	/* The agent gives the host ten seconds. */
	EXPECT(guest_wait(&guest, 1) == 8);
	EXPECT(guest.process[1].output[0].ended);
	EXPECT(guest.process[1].output[0].length == STREAM_WINDOW);
	guest_stop(&guest);
}

static void test_window_exceeded(void)
{
	started("sleep 1000");
	for (int i = 0; i < 3; i++)
		guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 1 }, 32768);
	/* 64 KiB are in a pipe that nobody reads, 32 KiB were given back. */
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 1 }, 32768);
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), (uint8_t[32768]){ 1 }, 32768);
	EXPECT(guest_pump(&guest, guest_closed, 0));
	guest_stop(&guest);
}

static void test_too_much_window(void)
{
	uint8_t credit[4] = { 1 };

	started("sleep 1000");
	guest_send(&guest, FRAME_WINDOW, STREAM_STDOUT(1), credit, sizeof(credit));
	EXPECT(guest_pump(&guest, guest_closed, 0));
	guest_stop(&guest);
}

static void test_channel_closed_midway(void)
{
	started("yes");
	guest_pump_for(&guest, 200);
	EXPECT(guest.process[1].output[0].length > 0);
	guest_stop(&guest); /* closes and expects the agent to end well */
}

static void test_two_at_once(void)
{
	started("sleep 1000");
	guest_run(&guest, 2, "exec cat");
	guest_run(&guest, 3, "exec cat");
	input_send(2, MIB);
	input_send(3, MIB);
	EXPECT(guest_wait(&guest, 2) == 0);
	EXPECT(guest_wait(&guest, 3) == 0);
	expect_pattern(&guest.process[2].output[0], MIB);
	expect_pattern(&guest.process[3].output[0], MIB);
	guest_stop(&guest);
}

static const struct test tests[] = {
	{ "1 MiB through cat is unchanged", test_mebibyte_through_cat },
	{ "END ends stdin", test_end_ends_it },
	{ "a slow reader of stdin holds up nobody", test_slow_reader_of_stdin },
	{ "stdin that nobody reads is dropped", test_stdin_nobody_reads },
	{ "5 MiB arrive whole before the exit", test_output_before_exit_is_whole },
	{ "a stalled stream holds up no other", test_stalled_stream },
	{ "a slow host still gets all output", test_drains_to_a_slow_host },
	{ "a host that does not read all output still gets the exit code",
	  test_exit_to_a_host_that_stopped_reading },
	{ "more input than the window ends the connection", test_window_exceeded },
	{ "more window than there was ends the connection", test_too_much_window },
	{ "a channel closed midway ends the agent", test_channel_closed_midway },
	{ "two processes' streams at once", test_two_at_once },
};

int main(void)
{
	return test_run_all("stream", tests, sizeof(tests) / sizeof(tests[0]));
}
