/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

/* oci-contract 1.8: what reaches dockerd is the last error of log.json. */

#define SLEEP "[\"sleep\", \"600\"]"

/* moby's setExitCodeFromError (daemon/errors.go): 128 is none of the two. */
static int docker_code(const char *error)
{
	static const char *const no_command[] = { "executable file not found",
						  "no such file or directory",
						  "failed to run runc create/exec call" };
	char lower[4096];
	size_t length = 0;

	for (; error[length] && length < sizeof(lower) - 1; length++)
		lower[length] = (char)tolower((unsigned char)error[length]);
	lower[length] = '\0';
	if (strstr(lower, "permission denied") || strstr(lower, "is a directory"))
		return 126;
	for (size_t i = 0; i < sizeof(no_command) / sizeof(no_command[0]); i++)
		if (strstr(lower, no_command[i]))
			return 127;
	return strstr(lower, "not a directory") ? 127 : 128;
}

static bool last_line_is(const char *output, const char *text)
{
	size_t length = strlen(output), wanted = strlen(text);

	while (length && output[length - 1] == '\n')
		length--;
	return length >= wanted && strncmp(output + length - wanted, text, wanted) == 0;
}

static bool log_is_appended(struct container *c)
{
	struct outcome outcome;

	if (!container_create(c, SLEEP))
		return false;
	expect(log_errors(c) == 0, "a create that succeeds leaves an error in the log");
	outcome = VERB(c, "state", "nobody-knows-this");
	expect(outcome.code == 1, "state of an unknown container exits with %d", outcome.code);
	expect(log_errors(c) == 1, "there are %d errors in the log, not 1", log_errors(c));
	expect(last_line_is(outcome.output, log_last_error(c)), "stderr says another thing: %s",
	       outcome.output);
	if (!container_start(c))
		return false;
	expect(log_errors(c) == 1, "a start that succeeds leaves an error in the log");
	outcome = VERB(c, "start", c->id);
	expect(outcome.code == 1, "the second start exits with %d", outcome.code);
	expect(log_errors(c) == 2, "there are %d errors in the log, not 2", log_errors(c));
	expect(strstr(log_last_error(c), "cannot start an already running container"), "%s",
	       log_last_error(c));
	outcome = VERB(c, "create", "--bundle", c->bundle, c->id);
	expect(outcome.code == 1 && strstr(log_last_error(c), "already exists"), "%s",
	       log_last_error(c));
	return true;
}

static bool usage_errors_are_logged(struct container *c)
{
	struct outcome outcome;

	if (!container_bundle(c, SLEEP, false))
		return broken("the bundle cannot be made");
	outcome = VERB(c, "create", "--no-such-flag", c->id);
	expect(outcome.code == 1 && !outcome.held, "an unknown flag exits with %d", outcome.code);
	expect(strstr(log_last_error(c), "flag provided but not defined: -no-such-flag"), "%s",
	       log_last_error(c));
	outcome = VERB(c, "delete");
	expect(outcome.code == 1, "delete without an id exits with %d", outcome.code);
	expect(strstr(log_last_error(c), "requires exactly 1 argument"), "%s", log_last_error(c));
	return true;
}

/* A container whose command cannot be run: at create as runc, or at start. */
static bool command_fails(struct container *c, const char *arguments, int code)
{
	struct outcome outcome;

	if (!container_bundle(c, arguments, false))
		return broken("the bundle cannot be made");
	outcome = VERB(c, "create", "--bundle", c->bundle, c->id);
	if (shim.differs.missing_command_at_start) {
		expect(outcome.code == 0, "create exits with %d: %s", outcome.code, outcome.output);
		outcome = VERB(c, "start", c->id);
	}
	expect(outcome.code == 1 && !outcome.held, "%s: the exit code is %d", arguments,
	       outcome.code);
	expect(docker_code(log_last_error(c)) == code, "%s: Docker would not exit with %d for: %s",
	       arguments, code, log_last_error(c));
	return container_end(c);
}

static bool bad_commands_have_classes(struct container *c)
{
	return command_fails(c, "[\"nothing-here\"]", 127) &&
	       command_fails(c, "[\"/bin/nothing-here\"]", 127) &&
	       command_fails(c, "[\"no-program\"]", 127) &&
	       command_fails(c, "[\"/bin/no-program\"]", 126) &&
	       command_fails(c, "[\"/tmp\"]", 126);
}

static bool exec_fails(struct container *c, const char *command, int code)
{
	struct outcome outcome = VERB(c, "exec", c->id, command);

	expect(outcome.code == 255, "exec of \"%s\" exits with %d", command, outcome.code);
	expect(strstr(log_last_error(c), "exec failed: "), "%s", log_last_error(c));
	expect(docker_code(log_last_error(c)) == code,
	       "\"%s\": Docker would not exit with %d for: %s", command, code, log_last_error(c));
	return true;
}

static bool bad_execs_have_classes(struct container *c)
{
	if (!container_run(c, SLEEP) || !exec_fails(c, "nothing-here", 127) ||
	    !exec_fails(c, "/bin/nothing-here", 127) || !exec_fails(c, "/bin/no-program", 126) ||
	    !exec_fails(c, "/tmp", 126))
		return false;
	VERB(c, "kill", c->id, "9");
	expect(exit_await(c->pid, LONG_MS) == 137, "it does not end");
	expect(container_is(c, "stopped"), "the status is %s", container_status(c));
	return exec_fails(c, "true", 128);
}

static bool other_errors_have_no_class(struct container *c)
{
	if (!container_bundle(c, SLEEP, false))
		return broken("the bundle cannot be made");
	expect(VERB(c, "create", "--bundle", "/tmp/nowhere-at-all", c->id).code == 1,
	       "a missing bundle is taken");
	expect(VERB(c, "state", c->id).code == 1, "there is a container");
	return true;
}

const struct rule error_rules[] = {
	{ "1.8: log.json is appended to, and errors are of failures only", log_is_appended },
	{ "1.8: errors of the command line are in log.json", usage_errors_are_logged },
	{ "1.8: commands that cannot be run have Docker's words", bad_commands_have_classes },
	{ "1.8: exec fails with 255, and with Docker's words", bad_execs_have_classes },
	{ "1.8: a missing bundle is an error, and nothing is left", other_errors_have_no_class },
	{ NULL, NULL },
};
