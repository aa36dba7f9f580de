/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim.h"

/* oci-contract 1.5; that one message with one descriptor has come when the verb has returned checks
 * console_receive() for every container here. */

#define SIZE "{\"height\": 30, \"width\": 100}"
#define TELL_SIZES                                                                                 \
	"[\"sh\", \"-c\", \"trap 'stty size' WINCH; stty size; while :; do sleep 0.1; done\"]"

static bool resize(int master, unsigned short rows, unsigned short columns)
{
	return ioctl(master, TIOCSWINSZ, &(struct winsize){ .ws_row = rows, .ws_col = columns }) ==
	       0;
}

static bool terminal_is_raw_once(struct container *c)
{
	if (!container_create_terminal(c, "[\"cat\"]", "null") || !container_start(c))
		return false;
	expect(isatty(c->master), "what was sent is no terminal");
	expect(write_all(c->master, "word\n"), "the terminal is closed");
	/* The echo of one terminal and cat's line: a second cooked one would double them. */
	expect(read_until(c->master, "word\r\nword\r\n", LONG_MS), "no echo, or no output");
	pass_time(200);
	expect(is_open(c->master), "there is more output than an echo and a line");
	expect(write_all(c->master, "\004"), "the terminal is closed");
	expect(exit_await(c->pid, LONG_MS) == 0, "^D is no end of input");
	expect(read_all(c->master, SHORT_MS) >= 0, "the terminal has no end");
	return true;
}

static bool sizes_are_passed_on(struct container *c)
{
	if (!container_create_terminal(c, TELL_SIZES, SIZE) || !container_start(c))
		return false;
	expect(read_until(c->master, "30 100\r\n", LONG_MS), "the first size is not the spec's");
	expect(resize(c->master, 40, 120), "the terminal cannot be resized");
	expect(read_until(c->master, "40 120\r\n", LONG_MS), "no SIGWINCH, or the old size");
	expect(resize(c->master, 41, 121), "the terminal cannot be resized");
	expect(read_until(c->master, "41 121\r\n", LONG_MS), "the second change is lost");
	return true;
}

static bool exec_has_a_terminal(struct container *c)
{
	struct further f;

	if (!container_run(c, "[\"sleep\", \"600\"]") || !further_exec(c, &f, TELL_SIZES, true))
		return false;
	expect(resize(f.master, 25, 90), "the terminal cannot be resized");
	expect(read_until(f.master, "25 90\r\n", LONG_MS), "no SIGWINCH, or no size");
	expect(write_all(f.master, "\003"), "the terminal is closed");
	expect(exit_await(f.pid, LONG_MS) == 130, "^C does not end the process");
	further_close(&f);
	return true;
}

static bool much_goes_through_a_terminal(struct container *c)
{
	if (!container_create_terminal(c, "[\"sh\", \"-c\", \"head -c 1048576 /dev/zero; exit 5\"]",
				       "null") ||
	    !container_start(c))
		return false;
	expect(read_all(c->master, LONG_MS) == 1048576, "not all that was written has come");
	expect(exit_await(c->pid, LONG_MS) == 5, "the exit code is not 5");
	return true;
}

static bool silent_listener_is_refused(struct container *c)
{
	struct outcome outcome;

	if (!container_bundle(c, "[\"cat\"]", true))
		return broken("the bundle cannot be made");
	outcome =
	    VERB(c, "create", "--bundle", c->bundle, "--console-socket", "/tmp/nobody.sock", c->id);
	expect(outcome.code == 1 && !outcome.held, "create exits with %d", outcome.code);
	expect(strstr(log_last_error(c), "nobody.sock"), "the error does not name the socket");
	expect(VERB(c, "state", c->id).code == 1, "there is a container");
	return true;
}

const struct rule console_rules[] = {
	{ "1.5: there is one echo and one end of line on the way", terminal_is_raw_once },
	{ "1.5: the first size and every other one reach the process", sizes_are_passed_on },
	{ "1.5: exec has a terminal of its own, and ^C is a signal", exec_has_a_terminal },
	{ "1.5: 1 MiB through a terminal is whole", much_goes_through_a_terminal },
	{ "1.5: a console socket that nobody listens to is an error", silent_listener_is_refused },
	{ NULL, NULL },
};
