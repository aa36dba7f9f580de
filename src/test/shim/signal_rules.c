/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

/* oci-contract 1.7. containerd tells the classes of errors by their text (checkKillError). */

#define SLEEP "[\"sleep\", \"600\"]"
#define TRAP                                                                                       \
	"[\"sh\", \"-c\", \"trap 'echo usr1' USR1; trap 'echo term; exit 4' TERM; echo ready; "    \
	"while :; do sleep 0.05; done\"]"

static bool is_finished(const char *text)
{
	return strstr(text, "os: process already finished") ||
	       strstr(text, "container not running") || strstr(text, "no such process");
}

static bool kill_sends_signals(struct container *c)
{
	if (!container_run(c, TRAP))
		return false;
	expect(read_until(c->out, "ready\n", LONG_MS), "the process does not begin");
	expect(VERB(c, "kill", c->id, "10").code == 0, "kill ID 10: %s", log_last_error(c));
	expect(read_until(c->out, "usr1\n", LONG_MS), "SIGUSR1 does not come");
	expect(VERB(c, "kill", "--all", c->id, "15").code == 0, "kill --all: %s",
	       log_last_error(c));
	expect(exit_await(c->pid, LONG_MS) == 4, "SIGTERM does not come");
	return true;
}

static bool exec_pid_takes_signals(struct container *c)
{
	struct further f;

	if (!container_run(c, SLEEP) || !further_exec(c, &f, TRAP, false))
		return false;
	expect(read_until(f.out, "ready\n", LONG_MS), "the process does not begin");
	kill(f.pid, SIGUSR1);
	expect(read_until(f.out, "usr1\n", LONG_MS), "SIGUSR1 does not come");
	kill(f.pid, SIGTERM);
	expect(exit_await(f.pid, LONG_MS) == 4, "SIGTERM does not come");
	further_close(&f);
	return true;
}

static bool killed_exec_is_killed(struct container *c)
{
	struct further f, search;

	if (!container_run(c, SLEEP) || !further_exec(c, &f,
						      "[\"sh\", \"-c\", \"echo begun; while "
						      ":; do touch /tmp/mark; sleep 0.05; "
						      "done\"]",
						      false))
		return false;
	expect(read_until(f.out, "begun\n", LONG_MS), "the process does not begin");
	kill(f.pid, SIGKILL);
	expect(exit_await(f.pid, LONG_MS) == 137, "the process's stand-in survives SIGKILL");
	further_close(&f);
	pass_time(SHORT_MS);
	if (!further_exec(c, &search,
			  "[\"sh\", \"-c\", \"busybox rm -f /tmp/mark; sleep "
			  "0.5; test ! -e /tmp/mark\"]",
			  false))
		return false;
	expect(exit_await(search.pid, LONG_MS) == 0, "the process itself goes on");
	further_close(&search);
	return true;
}

static bool killed_init_is_the_end(struct container *c)
{
	struct further f;

	if (!container_run(c, SLEEP) || !further_exec(c, &f, SLEEP, false))
		return false;
	kill(c->pid, SIGKILL);
	expect(exit_await(c->pid, LONG_MS) == 137, "the exit code is not 137");
	expect(exit_await(f.pid, LONG_MS) == 137, "an exec goes on");
	further_close(&f);
	expect(read_all(c->out, SHORT_MS) == 0, "stdout has no end");
	expect(container_is(c, "stopped"), "the status is %s", container_status(c));
	expect(VERB(c, "delete", c->id).code == 0, "delete fails: %s", log_last_error(c));
	return true;
}

static bool paused_is_killed(struct container *c)
{
	if (!container_run(c, SLEEP))
		return false;
	expect(VERB(c, "pause", c->id).code == 0, "pause fails: %s", log_last_error(c));
	expect(VERB(c, "kill", c->id, "9").code == 0, "kill fails: %s", log_last_error(c));
	VERB(c, "resume", c->id);
	expect(exit_await(c->pid, LONG_MS) == 137, "it does not end");
	return true;
}

static bool created_is_killed(struct container *c)
{
	if (!container_create(c, SLEEP))
		return false;
	expect(VERB(c, "kill", c->id, "9").code == 0, "kill fails: %s", log_last_error(c));
	expect(exit_await(c->pid, LONG_MS) == 137, "it does not end");
	expect(container_is(c, "stopped"), "the status is %s", container_status(c));
	return true;
}

static bool kill_errors_have_classes(struct container *c)
{
	struct outcome outcome;

	if (!container_run(c, "[\"true\"]"))
		return false;
	expect(exit_await(c->pid, LONG_MS) == 0, "the exit code is not 0");
	outcome = VERB(c, "kill", c->id, "15");
	expect(outcome.code == 1 && is_finished(log_last_error(c)), "a stopped container: %s",
	       log_last_error(c));
	expect(VERB(c, "kill", "--all", c->id, "9").code == 0, "kill --all of a stopped one: %s",
	       log_last_error(c));
	outcome = VERB(c, "kill", "nobody-knows-this", "15");
	expect(outcome.code == 1 && strstr(log_last_error(c), "does not exist"),
	       "an unknown container: %s", log_last_error(c));
	return true;
}

static bool deletes(struct container *c, const char *what, bool forced, bool good)
{
	struct outcome outcome =
	    forced ? VERB(c, "delete", "--force", c->id) : VERB(c, "delete", c->id);

	expect((outcome.code == 0) == good && outcome.code <= 1, "%s: delete%s exits with %d: %s",
	       what, forced ? " --force" : "", outcome.code, outcome.output);
	expect(!outcome.held, "%s: its output has no end", what);
	return true;
}

static bool delete_has_rules(struct container *c)
{
	if (!container_bundle(c, SLEEP, false))
		return broken("the bundle cannot be made");
	if (!deletes(c, "unknown", false, false))
		return false;
	expect(strstr(log_last_error(c), "does not exist"), "unknown: %s", log_last_error(c));
	if (!deletes(c, "unknown", true, true) || !container_create(c, SLEEP) ||
	    !deletes(c, "created", false, true))
		return false;
	expect(exit_await(c->pid, SHORT_MS) == 137, "a created container's process stays");
	container_end(c);
	if (!container_run(c, SLEEP) || !deletes(c, "running", false, false) ||
	    !deletes(c, "running", true, true))
		return false;
	expect(exit_await(c->pid, SHORT_MS) == 137, "a running container's process stays");
	expect(read_all(c->out, SHORT_MS) == 0, "stdout has no end");
	return deletes(c, "deleted", true, true) && deletes(c, "deleted", true, true);
}

const struct rule signal_rules[] = {
	{ "1.7: kill sends signals to the container's process", kill_sends_signals },
	{ "1.7: signals to exec's pid are its process's", exec_pid_takes_signals },
	{ "1.7: SIGKILL on exec's pid kills its process", killed_exec_is_killed },
	{ "1.7: SIGKILL on the container's pid is its end", killed_init_is_the_end },
	{ "1.7: a paused container can be killed", paused_is_killed },
	{ "1.7: a created container can be killed", created_is_killed },
	{ "1.7: errors of kill have containerd's classes", kill_errors_have_classes },
	{ "1.7: delete and delete --force, of anything", delete_has_rules },
	{ NULL, NULL },
};
