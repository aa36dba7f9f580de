/* SPDX-License-Identifier: Apache-2.0 */
/* What the launcher answers alone: no engine runs in this room, and none may be started. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caller.h"
#include "room.h"

#define LOG "/run/log.json"

/* One command line and its answer; NULL = whatever. */
struct answer {
	const char *arguments[10];
	int code;
	const char *out, *err; /* how stdout and stderr begin; "" = empty */
};

static const struct answer answers[] = {
	{ { "--version" }, 0, "runc version 1.", "" },
	{ { "-v" }, 0, "runc version ", "" },
	{ { "--version=true" }, 0, "runc version ", "" },
	{ { "--help" }, 0, "NAME:\n   xen-runc", "" },
	{ { "-h" }, 0, "NAME:", "" },
	{ { NULL }, 0, "NAME:", "" },
	{ { "help" }, 0, "NAME:", "" },
	{ { "features" }, 0, "{\n    \"ociVersionMin\"", "" },
	{ { "--root", "/x", "--log", LOG, "--log-format", "json", "features" }, 0, "{", "" },
	{ { "state", "none" }, 1, "", NULL },
	{ { "--root=/run/r", "state", "none" }, 1, "", NULL },
	{ { "-root", "/run/r", "state", "none" }, 1, "", NULL },
	{ { "--", "state", "none" }, 1, "", NULL },
	{ { "state", "--", "none" }, 1, "", NULL },
	{ { "--rootless=auto", "--systemd-cgroup", "--debug=false", "state", "none" },
	  1,
	  "",
	  NULL },
	{ { "delete", "--force", "none" }, 0, "", "" },
	{ { "delete", "-f", "none" }, 0, "", "" },
	{ { "--rootless", "false", "--debug", "delete", "-force", "none" }, 0, "", "" },
	{ { "delete", "none", "--force" }, 0, "", "" },
	{ { "delete", "-f=1", "none" }, 0, "", "" },
	{ { "delete", "--force=true", "--", "none" }, 0, "", "" },
	{ { "--log", LOG, "delete", "--force=0", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "delete", "--all", "none" },
	  1,
	  "",
	  "flag provided but not defined: -all\n" },
	{ { "--log", LOG, "kill", "--force", "none" },
	  1,
	  "",
	  "flag provided but not defined: -force\n" },
	{ { "help", "create" }, 0, "NAME:\n   xen-runc create - create a container", "" },
	{ { "create", "--help" }, 0, "NAME:\n   xen-runc create - ", "" },
	{ { "delete", "-f", "-h" }, 0, "NAME:\n   xen-runc delete - ", "" },
	{ { "check", "-h" }, 0, "NAME:\n   xen-runc check - ", "" },
	{ { "--log", LOG, "check", "web" }, 1, "", "\"check\" requires exactly 0 argument(s)\n" },
	{ { "--log", LOG, "check", "--all" }, 1, "", "flag provided but not defined: -all\n" },
	{ { "--log", LOG, "check" }, 1, "", "run " LIBEXEC "/check: it does not exist\n" },
	{ { "--log", LOG, "help", "bogus" }, 3, "", "No help topic for 'bogus'\n" },
	{ { "--log", LOG, "state", "none", "--help" },
	  1,
	  "",
	  "flag provided but not defined: -help\n" },
	{ { "--log", LOG, "state", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "start", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "delete", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "kill", "none", "9" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "kill", "--all", "none", "KILL" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "kill", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "pause", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "resume", "none" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "state", "a/b" }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "state", ".." }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "state", "." }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "state", "" }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "state", "caf\303\251" }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "delete", "--force", "a b" }, 1, "", "invalid container ID format\n" },
	{ { "--log", LOG, "state", "a_B-9.+" }, 1, "", "container does not exist\n" },
	{ { "--log", LOG, "bogus" }, 3, "", "No help topic for 'bogus'\n" },
	{ { "--log", LOG, "--foo", "state", "x" }, 1, "", "flag provided but not defined: -foo\n" },
	{ { "--log", LOG, "--foo=bar" }, 1, "", "flag provided but not defined: -foo\n" },
	{ { "--log", LOG, "---root" }, 1, "", "bad flag syntax: ---root\n" },
	{ { "--log", LOG, "-=x" }, 1, "", "bad flag syntax: -=x\n" },
	{ { "--log", LOG, "--root" }, 1, "", "flag needs an argument: -root\n" },
	{ { "--log", LOG, "--debug=perhaps", "state", "x" },
	  1,
	  "",
	  "invalid boolean value \"perhaps\" for -debug: parse error\n" },
	{ { "--log", LOG, "--rootless=perhaps", "state", "x" },
	  1,
	  "",
	  "invalid value \"perhaps\"" },
	{ { "--log-format", "xml", "state", "x" }, 1, "", NULL },
	{ { "--log", "/run/none/log", "state", "x" }, 1, "", NULL },
};

static void every_answer_is_right(void)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct answer *answer = &answers[i];
		int before = test_failures;
		struct call call;

		EXPECT(call_run(&call, answer->arguments));
		EXPECT(call.code == answer->code);
		if (answer->out)
			EXPECT(strncmp(call.out, answer->out, strlen(answer->out)) == 0 &&
			       (*answer->out || !*call.out));
		if (answer->err)
			EXPECT(strncmp(call.err, answer->err, strlen(answer->err)) == 0 &&
			       (*answer->err || !*call.err));
		if (test_failures == before)
			continue;
		fprintf(stderr, "  with");
		for (size_t word = 0; answer->arguments[word]; word++)
			fprintf(stderr, " %s", answer->arguments[word]);
		fprintf(stderr, "\n  code %d out \"%s\" err \"%s\"\n", call.code, call.out,
			call.err);
	}
	EXPECT(access(RUN_DIRECTORY, F_OK) != 0);
}

static void version_has_the_lines_that_callers_look_for(void)
{
	struct call call;

	REQUIRE(call_run(&call, ARGS("--version")));
	EXPECT(strstr(call.out, "\ncommit: ") != NULL);
	EXPECT(strstr(call.out, "\nspec: ") != NULL);
}

static void log_records_are_appended_one_a_failure(void)
{
	const char *first, *second;
	struct call call;

	unlink(LOG);
	REQUIRE(call_run(&call, ARGS("--log", LOG, "--log-format", "json", "state", "none")));
	REQUIRE(call_run(&call, ARGS("--log=" LOG, "--log-format=json", "state", "a/b")));
	REQUIRE(call_run(&call, ARGS("--log=" LOG, "--log-format=json", "delete", "-f", "none")));
	first = file_text(LOG);
	EXPECT(strncmp(first,
		       "{\"level\":\"error\",\"msg\":\"container does not exist\",\"time\":\"20",
		       58) == 0);
	second = strchr(first, '\n');
	REQUIRE(second);
	EXPECT(strncmp(second - 3, "Z\"}", 3) == 0);
	EXPECT(strstr(second, "\"msg\":\"invalid container ID format\"") != NULL);
	EXPECT(strchr(second + 1, '\n') && strchr(second + 1, '\n')[1] == '\0');
}

static void without_a_log_the_line_is_runcs_on_stderr(void)
{
	struct call call;

	REQUIRE(call_run(&call, ARGS("state", "none")));
	EXPECT(strncmp(call.err, "time=\"20", 8) == 0);
	EXPECT(strstr(call.err, "Z\" level=error msg=\"container does not exist\"\n") != NULL);
	REQUIRE(call_run(&call, ARGS("--log-format", "json", "state", "none")));
	EXPECT(strncmp(call.err, "{\"level\":\"error\",\"msg\":\"container", 33) == 0);
}

static void failed_exec_exits_with_255(void)
{
	struct call call;

	EXPECT(file_write("/run/mode", "die"));
	REQUIRE(call_run(&call, ARGS("exec", "none", "true")));
	EXPECT(call.code == 255);
}

static void caller_without_descriptors_is_served(void)
{
	EXPECT(system(LAUNCHER " --log " LOG " state none <&- >&- 2>&-; [ $? = 1 ]") == 0);
	EXPECT(system(LAUNCHER " --version <&- 2>&- | grep -q '^runc version'") == 0);
}

static void check_runs_the_program_of_that_name_in_an_engines_environment(void)
{
	struct call call;

	setenv("JAVA_HOME", "/elsewhere", 1);
	REQUIRE(file_write(LIBEXEC "/check", "#!/bin/sh\necho \"$# $JAVA_HOME $PATH\"; exit 1\n"));
	EXPECT(chmod(LIBEXEC "/check", 0755) == 0);
	EXPECT(call_run(&call, ARGS("check")) && call.code == 1);
	EXPECT(strncmp(call.out, "0  /usr/local/sbin:", 19) == 0);
	EXPECT(unlink(LIBEXEC "/check") == 0);
	unsetenv("JAVA_HOME");
}

static const struct test tests[] = {
	{ "every answer is right", every_answer_is_right },
	{ "--version has the lines that callers look for",
	  version_has_the_lines_that_callers_look_for },
	{ "log records are appended, one a failure", log_records_are_appended_one_a_failure },
	{ "without a log the line is runc's on stderr", without_a_log_the_line_is_runcs_on_stderr },
	{ "a caller without descriptors is served", caller_without_descriptors_is_served },
	{ "a failed exec exits with 255", failed_exec_exits_with_255 },
	{ "check runs the program of that name in an engine's environment",
	  check_runs_the_program_of_that_name_in_an_engines_environment },
};

int main(void)
{
	room_enter();
	return test_run_all("launcher-answer", tests, sizeof(tests) / sizeof(tests[0]));
}
