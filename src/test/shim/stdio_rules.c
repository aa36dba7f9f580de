/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim.h"

/* oci-contract 1.4: whoever keeps a write end keeps callers waiting, who closes early loses output.
 */

#define SLEEP "[\"sleep\", \"600\"]"
#define BURST 40960 /* fits a pipe that nobody reads */
#define MUCH (5l << 20)
#define MUCH_COMMAND "[\"dd\", \"if=/dev/zero\", \"bs=65536\", \"count=80\", \"status=none\"]"

static bool ends(const char *name, struct outcome outcome)
{
	expect(outcome.code == 0, "%s exits with %d: %s", name, outcome.code, outcome.output);
	expect(!outcome.held, "%s has returned, but its output has no end", name);
	return true;
}

/* Each verb once; `before` comes before each. */
static bool verbs_end(struct container *c, void (*before)(void))
{
	struct further further;

	before();
	if (!container_create(c, SLEEP))
		return false;
	before();
	if (!ends("state", VERB(c, "state", c->id)))
		return false;
	before();
	if (!ends("start", VERB(c, "start", c->id)))
		return false;
	before();
	if (!ends("pause", VERB(c, "pause", c->id)) || !ends("resume", VERB(c, "resume", c->id)))
		return false;
	before();
	if (!ends("list", VERB(c, "list", "--format=json")) ||
	    !ends("ps", VERB(c, "ps", "--format", "json", c->id)))
		return false;
	before();
	if (!further_exec(c, &further, "[\"sleep\", \"600\"]", true))
		return false;
	further_close(&further);
	before();
	if (!ends("kill", VERB(c, "kill", c->id, "9")))
		return false;
	expect(exit_await(c->pid, LONG_MS) == 137, "the container does not end by SIGKILL");
	before();
	return ends("delete", VERB(c, "delete", c->id)) &&
	       ends("delete --force", VERB(c, "delete", "--force", c->id));
}

static void nothing(void)
{
}

static bool nothing_holds(struct container *c)
{
	return verbs_end(c, nothing);
}

static bool new_engine_holds_nothing(struct container *c)
{
	return verbs_end(c, engine_end);
}

/* The engine that a create has just started must not hold the container's own streams either. */
static bool streams_end_with_container(struct container *c)
{
	engine_end();
	if (!container_run(c, SLEEP))
		return false;
	expect(is_open(c->out) && is_open(c->err), "a stream of a running container has ended");
	VERB(c, "kill", c->id, "9");
	expect(exit_await(c->pid, LONG_MS) == 137, "the container does not end by SIGKILL");
	expect(read_all(c->out, SHORT_MS) == 0, "stdout has no end");
	expect(read_all(c->err, SHORT_MS) == 0, "stderr has no end");
	expect(write(c->in, "x", 1) < 0, "somebody still could read stdin");
	return true;
}

static bool exec_streams_end_with_exec(struct container *c)
{
	struct further f;

	if (!container_run(c, SLEEP) ||
	    !further_exec(c, &f, "[\"sh\", \"-c\", \"read a; echo =$a; echo err >&2\"]", false))
		return false;
	expect(is_open(f.out) && is_open(f.err), "a stream of a running process has ended");
	expect(write_all(f.in, "word\n"), "stdin is closed");
	expect(exit_await(f.pid, LONG_MS) == 0, "exec does not end well");
	expect(read_all(f.out, SHORT_MS) == 6, "stdout is not \"=word\" and an end");
	expect(read_all(f.err, SHORT_MS) == 4, "stderr is not \"err\" and an end");
	further_close(&f);
	expect(is_open(c->out), "the container's stdout has ended with the exec");
	return true;
}

static bool stdin_waits_for_start(struct container *c)
{
	int waiting = 0;

	if (!container_create(c, "[\"cat\"]"))
		return false;
	expect(write_all(c->in, "early\n"), "stdin is closed");
	pass_time(300);
	ioctl(c->in, FIONREAD, &waiting);
	expect(waiting == 6, "%d of 6 bytes wait in stdin before start", waiting);
	if (!container_start(c))
		return false;
	expect(read_until(c->out, "early\n", LONG_MS), "what came before start is lost");
	descriptor_close(&c->in);
	expect(exit_await(c->pid, LONG_MS) == 0, "the end of stdin is not seen");
	return true;
}

static bool output_is_whole_at_exit(struct container *c)
{
	if (!container_run(c, "[\"sh\", \"-c\", \"head -c 40960 /dev/zero; head -c 40960 /dev/zero "
			      ">&2; exit 3\"]"))
		return false;
	expect(exit_await(c->pid, LONG_MS) == 3, "the exit code is not 3");
	/* Not a byte was read before: all of it has to be in the pipes now. */
	expect(read_all(c->out, SHORT_MS) == BURST, "stdout is not whole at the exit");
	expect(read_all(c->err, SHORT_MS) == BURST, "stderr is not whole at the exit");
	return true;
}

static bool much_output_is_whole(struct container *c)
{
	struct further f;

	if (!container_run(c, SLEEP))
		return false;
	for (int i = 0; i < 49; i++) {
		long length;

		if (!further_exec(c, &f, MUCH_COMMAND, false))
			return false;
		length = read_all(f.out, LONG_MS);
		expect(length == MUCH, "exec %d: %ld of %ld bytes", i, length, MUCH);
		expect(exit_await(f.pid, LONG_MS) == 0, "exec %d does not exit with 0", i);
		further_close(&f);
	}
	return true;
}

static bool much_output_of_main_is_whole(struct container *c)
{
	long length;

	if (!container_run(c, MUCH_COMMAND))
		return false;
	length = read_all(c->out, LONG_MS);
	expect(length == MUCH, "%ld of %ld bytes", length, MUCH);
	expect(exit_await(c->pid, LONG_MS) == 0, "the exit code is not 0");
	return true;
}

static bool silent_reader_blocks_itself_only(struct container *c)
{
	struct further endless, other;

	if (!container_run(c, SLEEP) ||
	    !further_exec(c, &endless, "[\"cat\", \"/dev/zero\"]", false))
		return false;
	pass_time(300);
	if (!further_exec(c, &other, MUCH_COMMAND, false))
		return false;
	expect(read_all(other.out, LONG_MS) == MUCH, "another stream is blocked as well");
	expect(exit_await(other.pid, LONG_MS) == 0, "another process does not end");
	further_close(&other);
	expect(kill(endless.pid, SIGKILL) == 0, "the blocked process has ended");
	expect(exit_await(endless.pid, LONG_MS) == 137, "the blocked process cannot be killed");
	further_close(&endless);
	return true;
}

static bool unread_output_does_not_hold_exit(struct container *c)
{
	if (!container_run(c, "[\"cat\", \"/dev/zero\"]"))
		return false;
	pass_time(300);
	VERB(c, "kill", c->id, "9");
	/* containerd waits 10 s for the copies and then goes on; so does the monitor. */
	expect(exit_await(c->pid, 15000) == 137, "a container whose output is not read has no end");
	return true;
}

const struct rule stdio_rules[] = {
	{ "1.4: every verb's output ends when it returns", nothing_holds },
	{ "1.4: also if the verb has started what stays", new_engine_holds_nothing },
	{ "1.4: create's stdio belongs to the container alone", streams_end_with_container },
	{ "1.4: exec's stdio belongs to its process alone", exec_streams_end_with_exec },
	{ "1.4: stdin is not read before start, and its end is seen", stdin_waits_for_start },
	{ "1.4: the output is whole when the exit is seen", output_is_whole_at_exit },
	{ "1.4: 5 MiB of a process that exits at once are whole", much_output_of_main_is_whole },
	{ "1.4: the same of exec, 49 of 49", much_output_is_whole },
	{ "1.4: a reader that stops blocks its own stream only", silent_reader_blocks_itself_only },
	{ "1.4: an unread stream delays the container's exit 15 s at most",
	  unread_output_does_not_hold_exit },
	{ NULL, NULL },
};
