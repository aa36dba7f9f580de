/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "test.h"

static struct guest guest;
static struct fields fields;

static void started(const char *script)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 1, script);
}

static void test_streams_apart(void)
{
	started("echo out; echo err >&2");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "out\n") == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 1), "err\n") == 0);
	guest_stop(&guest);
}

static void test_exit_codes(void)
{
	static const struct {
		const char *script;
		uint32_t code;
	} cases[] = {
		{ "exit 0", 0 },     { "exit 1", 1 },	  { "exit 7", 7 },
		{ "exit 126", 126 }, { "exit 127", 127 }, { "exit 255", 255 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		started(cases[i].script);
		EXPECT(guest_wait(&guest, 1) == cases[i].code);
		guest_stop(&guest);
	}
}

static void test_main_process_ignores_term(void)
{
	started("echo ready; while :; do sleep 1; done");
	guest_signal(&guest, 1, SIGTERM, false);
	guest_pump_for(&guest, 500);
	EXPECT(!guest.process[1].exited);
	guest_signal(&guest, 1, SIGKILL, false);
	EXPECT(guest_wait(&guest, 1) == 137);
	guest_stop(&guest);
}

static void test_trap(void)
{
	started("trap 'echo trapped; exit 3' TERM; echo ready; while :; do sleep 0.1; done");
	while (!strstr(guest_output(&guest, 1, 0), "ready"))
		guest_pump_for(&guest, 50);
	guest_signal(&guest, 1, SIGTERM, false);
	EXPECT(guest_wait(&guest, 1) == 3);
	EXPECT(strstr(guest_output(&guest, 1, 0), "trapped"));
	guest_stop(&guest);
}

static void test_child_killed_by_term(void)
{
	started("sleep 100 & kill $!; wait $!");
	EXPECT(guest_wait(&guest, 1) == 143);
	guest_stop(&guest);
}

static void test_kill_all(void)
{
	started("sleep 100 & sleep 100 & wait");
	guest_signal(&guest, 1, SIGKILL, true);
	EXPECT(guest_wait(&guest, 1) == 137);
	guest_stop(&guest);
}

static void test_signal_all(void)
{
	started("sleep 100 & sleep 100 & wait; wait; echo both; exit 4");
	guest_pump_for(&guest, 300);
	guest_signal(&guest, 1, SIGTERM, true);
	EXPECT(guest_wait(&guest, 1) == 4);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "both\n") == 0);
	guest_stop(&guest);
}

static void test_orphans_end(void)
{
	started("(sleep 1000 &) ; (sh -c 'sleep 1000' &); echo first $$; exit 5");
	EXPECT(guest_wait(&guest, 1) == 5);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "first 1\n") == 0);
	guest_stop(&guest);
}

static void expect_refused(const char *command, uint32_t status, const char *text)
{
	const struct seen_reply *reply;

	guest_start(&guest, NULL);
	guest_prepare(&guest);
	run_begin(&fields, 1, command, NULL);
	reply = guest_call(&guest, FRAME_RUN, &fields);
	EXPECT(reply->status == status);
	EXPECT(strcmp(reply->text, text) == 0);
	if (strcmp(reply->text, text) != 0)
		fprintf(stderr, "%u: %s\n", reply->status, reply->text);
	EXPECT(!guest.process[1].exited);
	guest_stop(&guest);
}

static void test_commands_refused(void)
{
	expect_refused("foo", ENOENT, "exec: \"foo\": executable file not found in $PATH");
	expect_refused("", ENOENT, "exec: \"\": executable file not found in $PATH");
	expect_refused("/x", ENOENT, "exec: \"/x\": stat /x: no such file or directory");
	expect_refused("/etc/passwd", EACCES, "exec: \"/etc/passwd\": permission denied");
	expect_refused("/etc", EISDIR, "exec: \"/etc\": is a directory");
	expect_refused("/etc/passwd/x", ENOTDIR,
		       "exec: \"/etc/passwd/x\": stat /etc/passwd/x: not a directory");
}

static void test_exec(void)
{
	started("sleep 1000");
	guest_run(&guest, 2, "echo execd; hostname; cat /proc/self/cgroup; ps | head -2; exit 9");
	EXPECT(guest_wait(&guest, 2) == 9);
	EXPECT(strstr(guest_output(&guest, 2, 0), "execd\nbox\n"));
	EXPECT(strstr(guest_output(&guest, 2, 0), "0::/\n"));
	EXPECT(strstr(guest_output(&guest, 2, 0), "    1 root "));
	fputs(test_failures ? guest_output(&guest, 2, 0) : "", stderr);
	/* Its number can be used again; it ends with the container. */
	guest.process[2].exited = false;
	guest_run(&guest, 2, "sleep 1000");
	guest_signal(&guest, 1, SIGKILL, false);
	EXPECT(guest_wait(&guest, 1) == 137);
	EXPECT(guest_exited(&guest, 2) && guest.process[2].code == 137);
	guest_stop(&guest);
}

/* An exec in a created container: it sees what the main process will, goes on beside it, and of who
 * waits to become that finds stdio and two descriptors that lead nowhere. */
static void test_exec_before_main(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 2, "hostname; ls /proc/1/fd | wc -l; readlink /proc/1/root; id -u");
	EXPECT(guest_wait(&guest, 2) == 0);
	EXPECT(strcmp(guest_output(&guest, 2, 0), "box\n5\n0\n") == 0);
	guest_run(&guest, 3, "read x; echo $x; grep -c sleep /proc/1/cmdline");
	guest_run(&guest, 1, "sleep 1000");
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(3), "line\n", 5);
	EXPECT(guest_wait(&guest, 3) == 0);
	EXPECT(strcmp(guest_output(&guest, 3, 0), "line\n1\n") == 0);
	guest_run(&guest, 4, "sleep 1000");
	guest_signal(&guest, 1, SIGKILL, false);
	EXPECT(guest_wait(&guest, 1) == 137);
	EXPECT(guest_exited(&guest, 4) && guest.process[4].code == 137);
	guest_stop(&guest);
}

/* A main process that cannot be run takes the others with it. */
static void test_exec_before_main_fails(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	guest_run(&guest, 2, "sleep 1000");
	run_begin(&fields, 1, "nothere", NULL);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == ENOENT);
	EXPECT(guest_wait(&guest, 2) == 137);
	guest_stop(&guest);
}

static void test_many_execs(void)
{
	uint32_t request = 0;

	started("sleep 1000");
	for (uint32_t number = 2; number <= PROCESS_MAX; number++) {
		run_begin(&fields, number, "sh", "read x; echo got $x");
		request = guest_request(&guest, FRAME_RUN, &fields);
		guest_send(&guest, FRAME_DATA, STREAM_STDIN(number), "line\n", 5);
	}
	EXPECT(guest_reply(&guest, request)->status == 0);
	for (uint32_t number = 2; number <= PROCESS_MAX; number++) {
		EXPECT(guest_wait(&guest, number) == 0);
		EXPECT(strcmp(guest_output(&guest, number, 0), "got line\n") == 0);
	}
	guest_stop(&guest);
}

/* A main process with a terminal; more may be put before it is sent. */
static void terminal_begin(const char *script)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	run_begin(&fields, 1, "sh", script);
	field_put_u32(&fields.writer, FIELD_TERMINAL, 1);
}

/* Waits until it has printed this, or is gone. */
static void terminal_await(const char *text)
{
	while (!strstr(guest_output(&guest, 1, 0), text) && !guest_exited(&guest, 1))
		guest_pump_for(&guest, 50);
}

static void test_terminal(void)
{
	terminal_begin("stty size; tty; echo err >&2; ls -l /dev/console | cut -c1;"
		       "read line; stty size; echo \"<$line>\"; exit 6");
	field_put_u32(&fields.writer, FIELD_ROWS, 24);
	field_put_u32(&fields.writer, FIELD_COLUMNS, 80);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	terminal_await("err\r\nc\r\n");
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_PROCESS, 1);
	field_put_u32(&fields.writer, FIELD_ROWS, 50);
	field_put_u32(&fields.writer, FIELD_COLUMNS, 132);
	EXPECT(guest_call(&guest, FRAME_RESIZE, &fields)->status == 0);
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "typed\n", 6);
	EXPECT(guest_wait(&guest, 1) == 6);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "24 80\r\n/dev/pts/0\r\nerr\r\nc\r\n"
						  "typed\r\n50 132\r\n<typed>\r\n") == 0);
	fputs(test_failures ? guest_output(&guest, 1, 0) : "", stderr);
	guest_stop(&guest);
}

/* While nobody has it open, reading it fails, and nothing of it has ended. */
static void test_terminal_that_nobody_holds(void)
{
	terminal_begin("tty=$(tty); exec <&- >&- 2>&-; sleep 1; exec <$tty >$tty; echo back;"
		       "read line; echo \"<$line>\"");
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	terminal_await("back\r\n");
	guest_send(&guest, FRAME_DATA, STREAM_STDIN(1), "typed\n", 6);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "back\r\ntyped\r\n<typed>\r\n") == 0);
	guest_stop(&guest);
}

/* What it leaves behind writes on for a while, and then finds nobody there. */
static void leaves_something(bool terminal)
{
	started("sleep 1000");
	run_begin(&fields, 2, "sh",
		  "trap '' HUP; (sleep 1; echo late; sleep 1000) & echo now; exit 3");
	if (terminal)
		field_put_u32(&fields.writer, FIELD_TERMINAL, 1);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 2) == 3);
	EXPECT(strcmp(guest_output(&guest, 2, 0), terminal ? "now\r\nlate\r\n" : "now\nlate\n") ==
	       0);
	EXPECT(!guest_exited(&guest, 1));
	guest_stop(&guest);
}

static void test_something_holds_the_output(void)
{
	leaves_something(false);
}

static void test_something_holds_the_terminal(void)
{
	leaves_something(true);
}

static const struct test tests[] = {
	{ "stdout and stderr stay apart", test_streams_apart },
	{ "exit codes arrive", test_exit_codes },
	{ "the main process without a handler ignores TERM", test_main_process_ignores_term },
	{ "a trap runs", test_trap },
	{ "128+n for a child's signal", test_child_killed_by_term },
	{ "KILL reaches all", test_kill_all },
	{ "TERM to all reaches all but who ignores it", test_signal_all },
	{ "orphans end with the main process", test_orphans_end },
	{ "commands are refused in runc's words", test_commands_refused },
	{ "an exec'd process", test_exec },
	{ "an exec'd process before the main one runs", test_exec_before_main },
	{ "an exec'd process before a main one that fails", test_exec_before_main_fails },
	{ "256 exec'd processes", test_many_execs },
	{ "a terminal, and its size", test_terminal },
	{ "a terminal that nobody holds for a while", test_terminal_that_nobody_holds },
	{ "an exit is told although something holds the output", test_something_holds_the_output },
	{ "an exit is told although something holds the terminal",
	  test_something_holds_the_terminal },
};

int main(void)
{
	return test_run_all("process", tests, sizeof(tests) / sizeof(tests[0]));
}
