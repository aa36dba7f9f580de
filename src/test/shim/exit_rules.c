/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

/* oci-contract 1.6; that pid files are digits alone checks container_create() for all of them. */

static pid_t parent_of(pid_t pid)
{
	char path[64];
	FILE *file;
	int parent = -1;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = -1;
	fclose(file);
	return parent;
}

static bool pids_are_our_children(struct container *c)
{
	struct further f;

	if (!container_create(c, "[\"sleep\", \"600\"]"))
		return false;
	expect(parent_of(c->pid) == getpid(), "the container's process is no orphan of create");
	if (!container_start(c) || !further_exec(c, &f, "[\"sleep\", \"600\"]", false))
		return false;
	expect(parent_of(f.pid) == getpid(), "the process is no orphan of exec");
	further_close(&f);
	return true;
}

static bool exit_code_is(struct container *c, const char *script, int code)
{
	char arguments[256];
	struct further f;
	int exited;

	snprintf(arguments, sizeof(arguments), "[\"sh\", \"-c\", \"%s\"]", script);
	if (!further_exec(c, &f, arguments, false))
		return false;
	exited = exit_await(f.pid, LONG_MS);
	further_close(&f);
	expect(exited == code, "exec of \"%s\" exits with %d, not %d", script, exited, code);
	return true;
}

static bool exit_codes_of_exec(struct container *c)
{
	return container_run(c, "[\"sleep\", \"600\"]") && exit_code_is(c, "exit 0", 0) &&
	       exit_code_is(c, "exit 7", 7) && exit_code_is(c, "exit 255", 255) &&
	       exit_code_is(c, "kill -TERM $$", 143) && exit_code_is(c, "kill -KILL $$", 137);
}

static bool early_exits_are_kept(struct container *c)
{
	struct further f;

	if (!container_create(c, "[\"sh\", \"-c\", \"sleep 0.5; exit 9\"]") || !container_start(c))
		return false;
	if (!further_exec(c, &f, "[\"sh\", \"-c\", \"exit 8\"]", false))
		return false;
	pass_time(3000);
	expect(exit_await(f.pid, 0) == 8, "the exit of an exec before it was asked for is lost");
	expect(exit_await(c->pid, 0) == 9, "the container's exit before it was asked for is lost");
	further_close(&f);
	return true;
}

static bool execs_end_with_container(struct container *c)
{
	struct further f[5];

	if (!container_run(c, "[\"sh\", \"-c\", \"read a; exit 6\"]"))
		return false;
	for (int i = 0; i < 5; i++)
		if (!further_exec(c, &f[i],
				  "[\"sh\", \"-c\", \"trap '' TERM; sleep 600; sleep 600\"]",
				  false))
			return false;
	expect(write_all(c->in, "\n"), "stdin is closed");
	expect(exit_await(c->pid, LONG_MS) == 6, "the exit code is not 6");
	/* The shim publishes the container's end only after theirs. */
	for (int i = 0; i < 5; i++) {
		expect(exit_await(f[i].pid, 2 * SHORT_MS) == 137,
		       "an exec does not end by SIGKILL with its container");
		expect(read_all(f[i].out, SHORT_MS) == 0, "its stdout has no end");
		further_close(&f[i]);
	}
	return true;
}

static bool stopped_has_no_pid(struct container *c)
{
	struct outcome outcome;

	if (!container_run(c, "[\"true\"]"))
		return false;
	expect(exit_await(c->pid, LONG_MS) == 0, "the exit code is not 0");
	/* Not a moment later: the shim asks for it as soon as it has reaped. */
	outcome = VERB(c, "state", c->id);
	expect(strstr(outcome.output, "stopped"), "the status is not stopped: %s", outcome.output);
	expect(VERB(c, "delete", c->id).code == 0, "delete right after the exit fails: %s",
	       log_last_error(c));
	return true;
}

const struct rule exit_rules[] = {
	{ "1.6: pid files name processes that are the caller's to reap", pids_are_our_children },
	{ "1.6: exit codes of exec are the process's, 128+n for a signal", exit_codes_of_exec },
	{ "1.6: exits before anybody asks are kept", early_exits_are_kept },
	{ "1.6: execs end when the container ends", execs_end_with_container },
	{ "1.6: a container whose exit was seen is stopped, and deleted at once",
	  stopped_has_no_pid },
	{ NULL, NULL },
};
