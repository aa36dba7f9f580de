/* SPDX-License-Identifier: Apache-2.0 */
/* How the launcher finds, starts and replaces the host's engine. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caller.h"
#include "clock.h"
#include "process.h"
#include "room.h"

#define ENGINE_LOG "/var/log/xen-runc/engine.log"

static pid_t engine_of_facts(void)
{
	int pid = 0;

	sscanf(file_text("/run/facts"), "pid %d", &pid);
	return pid;
}

/* As if the host had just booted. */
static void room_clear(const char *mode)
{
	pid_t engine = engine_of_facts();

	if (engine > 0) {
		kill(engine, SIGKILL);
		process_await(engine, clock_ms() + SOON_MS);
	}
	EXPECT(system("rm -rf /run/* /var/log/xen-runc") == 0);
	if (mode)
		EXPECT(file_write("/run/mode", mode));
}

static bool facts_have(const char *line)
{
	bool found = strstr(file_text("/run/facts"), line) != NULL;

	if (!found)
		fprintf(stderr, "\"%s\" is not in:\n%s", line, file_text("/run/facts"));
	return found;
}

static void engine_is_started_and_holds_nothing_of_the_caller(void)
{
	int stray = open("/etc/hostname", O_RDONLY); /* not close-on-exec */
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct call call;

	room_clear(NULL);
	setenv("LD_LIBRARY_PATH", ":", 1);
	setenv("SECRET", "caller's", 1);
	EXPECT(file_write("/proc/self/oom_score_adj", "500"));
	sigaction(SIGHUP, &ignore, &before);
	/* call_end waits for the end of both pipes: the engine that stays must not hold them. */
	EXPECT(call_run(&call, ARGS("list")));
	sigaction(SIGHUP, &before, NULL);
	EXPECT(file_write("/proc/self/oom_score_adj", "0"));
	close(stray);
	EXPECT(call.code == 0 && strcmp(call.out, "served\n") == 0);
	EXPECT(engine_of_facts() > 0 && kill(engine_of_facts(), 0) == 0);
	EXPECT(facts_have("cwd /\n"));
	EXPECT(facts_have("\nenv PATH=/usr/local/sbin:"));
	EXPECT(facts_have("\nenv LANG=C.UTF-8\n"));
	EXPECT(!strstr(file_text("/run/facts"), "LD_LIBRARY_PATH"));
	EXPECT(!strstr(file_text("/run/facts"), "SECRET"));
	EXPECT(facts_have("\nfd 0 /dev/null\n"));
	EXPECT(facts_have("\nfd 1 " ENGINE_LOG "\nfd 2 " ENGINE_LOG "\nblocked 0\nignored 0\n"));
	EXPECT(facts_have("\nscore 0\n"));
	EXPECT(facts_have(":/xen-runc-engine\n"));
	EXPECT(getsid(engine_of_facts()) != getsid(0));
}

static void running_engine_is_used(void)
{
	struct call call;

	room_clear(NULL);
	for (int i = 0; i < 3; i++)
		EXPECT(call_run(&call, ARGS("list")) && call.code == 0);
	EXPECT(strcmp(file_text("/run/starts"), "x") == 0);
}

static void launchers_at_once_start_one_engine(void)
{
	enum { CALLS = 6 };
	struct call calls[CALLS];

	room_clear("slow");
	for (int i = 0; i < CALLS; i++)
		call_begin(&calls[i], ARGS("list"));
	for (int i = 0; i < CALLS; i++)
		EXPECT(call_end(&calls[i]) && calls[i].code == 0);
	EXPECT(strcmp(file_text("/run/starts"), "x") == 0);
}

static void socket_of_a_dead_engine_is_no_hindrance(void)
{
	struct call call;

	room_clear(NULL);
	close(engine_listen());
	EXPECT(call_run(&call, ARGS("list")) && call.code == 0);
}

static void engine_that_dies_is_told_with_its_last_words(void)
{
	struct call call;

	room_clear("die");
	EXPECT(call_run(&call, ARGS("--log", "/run/log", "list")));
	EXPECT(call.code == 1);
	EXPECT(strstr(call.err, "start the engine") &&
	       strstr(call.err, "no memory for the engine"));
	EXPECT(strstr(call.err, "first line") == NULL);
	/* What an earlier engine said explains nothing. */
	EXPECT(file_write("/run/mode", "mute"));
	EXPECT(call_run(&call, ARGS("--log", "/run/log", "list")));
	EXPECT(call.code == 1 && strcmp(call.err, "start the engine: it ended at once\n") == 0);
}

static void engine_whose_java_fails_is_told_with_the_innermost_cause(void)
{
	struct call call;

	room_clear("trace");
	EXPECT(call_run(&call, ARGS("--log", "/run/log", "list")) && call.code == 1);
	EXPECT(strcmp(call.err, "start the engine: it ended at once; " ENGINE_LOG
				" says: Caused by: java.io.IOException: bind ?[2J\n") == 0);
	EXPECT(file_write("/run/mode", "option"));
	EXPECT(call_run(&call, ARGS("--log", "/run/log", "list")) && call.code == 1);
	EXPECT(strstr(call.err, " says: Unrecognized VM option 'Foo'\n"));
}

static void missing_engine_is_one_clear_line(void)
{
	struct call call;

	room_clear(NULL);
	EXPECT(rename(LIBEXEC "/engine", LIBEXEC "/engine.away") == 0);
	EXPECT(call_run(&call, ARGS("--log", "/run/log", "list")));
	EXPECT(rename(LIBEXEC "/engine.away", LIBEXEC "/engine") == 0);
	EXPECT(call.code == 1);
	EXPECT(strstr(call.err, "start the engine: run " LIBEXEC "/engine: it does not exist"));
	/* dockerd would take these words for a missing command. */
	EXPECT(!strstr(call.err, "o such file"));
}

static void run_directory_that_others_can_write_is_refused(void)
{
	struct call call;

	room_clear(NULL);
	EXPECT(mkdir(RUN_DIRECTORY, 0700) == 0 && chmod(RUN_DIRECTORY, 0755) == 0);
	EXPECT(call_run(&call, ARGS("list")) && call.code == 1);
	EXPECT(strstr(call.err, "0700"));
	EXPECT(chmod(RUN_DIRECTORY, 0700) == 0 && chown(RUN_DIRECTORY, 1, 0) == 0);
	EXPECT(call_run(&call, ARGS("list")) && call.code == 1);
	EXPECT(rmdir(RUN_DIRECTORY) == 0 && mkdir("/run/elsewhere", 0700) == 0);
	EXPECT(symlink("/run/elsewhere", RUN_DIRECTORY) == 0);
	EXPECT(call_run(&call, ARGS("list")) && call.code == 1);
}

static void peer_that_is_not_root_is_refused(void)
{
	struct call call;
	int ready[2];
	pid_t impostor;

	room_clear(NULL);
	EXPECT(pipe2(ready, O_CLOEXEC) == 0);
	impostor = fork();
	if (impostor == 0) {
		int listener;

		mkdir(RUN_DIRECTORY, 0700);
		if (chown(RUN_DIRECTORY, 1, 1) || setuid(1))
			_exit(1);
		listener = socket_listen_at(ENGINE_SOCKET);
		close(ready[1]);
		socket_accept_soon(listener);
		_exit(0);
	}
	close(ready[1]);
	EXPECT(readable_within(ready[0], SOON_MS));
	EXPECT(chown(RUN_DIRECTORY, 0, 0) == 0);
	EXPECT(call_run(&call, ARGS("list")) && call.code == 1);
	EXPECT(strstr(call.err, "connect to the engine"));
	process_reap(impostor, clock_ms());
	close(ready[0]);
}

static void engine_of_another_build_is_replaced(void)
{
	struct call call;

	room_clear(NULL);
	EXPECT(call_run(&call, ARGS("list")) && call.code == 0);
	EXPECT(file_write("/run/mode", "leave"));
	EXPECT(call_run(&call, ARGS("list")));
	EXPECT(call.code == 0 && strcmp(call.out, "served\n") == 0);
	EXPECT(strcmp(file_text("/run/starts"), "xx") == 0);
}

#define BUILD_ID TREE "/share/xen-runc/build-id"

static void build_is_the_text_of_the_file(void)
{
	struct talk engine;
	struct call call;
	int listener;

	room_clear(NULL);
	listener = engine_listen();
	mkdir(TREE "/share", 0755);
	mkdir(TREE "/share/xen-runc", 0755);
	EXPECT(file_write(BUILD_ID, "0.1.0-abc\n"));
	call_begin(&call, ARGS("list"));
	talk_open(&engine, socket_accept_soon(listener));
	EXPECT(talk_hear(&engine, FRAME_HELLO, 0));
	EXPECT(strcmp(heard_text(&engine, FIELD_BUILD), "0.1.0-abc") == 0);
	EXPECT(talk_hello(&engine) && talk_hear(&engine, FRAME_VERB, 0));
	EXPECT(engine_result(&engine, 0, NULL, NULL));
	EXPECT(call_end(&call) && call.code == 0);
	EXPECT(unlink(BUILD_ID) == 0);
	talk_close(&engine);
	close(listener);
}

/* An engine that leaves in the very moment has not begun the verb: the next one gets it. */
static void engine_that_leaves_unheard_is_asked_again(void)
{
	struct talk engine;
	struct call call;
	int listener;

	room_clear(NULL);
	listener = engine_listen();
	call_begin(&call, ARGS("list"));
	close(socket_accept_soon(listener));
	EXPECT(engine_accept(&engine, listener));
	EXPECT(engine_result(&engine, 0, "served\n", NULL));
	EXPECT(call_end(&call) && call.code == 0 && strcmp(call.out, "served\n") == 0);
	talk_close(&engine);
	close(listener);
}

static const struct test tests[] = {
	{ "the engine is started and holds nothing of the caller",
	  engine_is_started_and_holds_nothing_of_the_caller },
	{ "a running engine is used", running_engine_is_used },
	{ "launchers at once start one engine", launchers_at_once_start_one_engine },
	{ "the socket of a dead engine is no hindrance", socket_of_a_dead_engine_is_no_hindrance },
	{ "an engine that dies is told with its last words",
	  engine_that_dies_is_told_with_its_last_words },
	{ "an engine whose Java fails is told with the innermost cause",
	  engine_whose_java_fails_is_told_with_the_innermost_cause },
	{ "a missing engine is one clear line", missing_engine_is_one_clear_line },
	{ "a run directory that others can write is refused",
	  run_directory_that_others_can_write_is_refused },
	{ "a peer that is not root is refused", peer_that_is_not_root_is_refused },
	{ "an engine of another build is replaced", engine_of_another_build_is_replaced },
	{ "BUILD is the text of the file", build_is_the_text_of_the_file },
	{ "after an engine that leaves unheard the next is asked",
	  engine_that_leaves_unheard_is_asked_again },
};

int main(void)
{
	room_enter();
	return test_run_all("launcher-engine", tests, sizeof(tests) / sizeof(tests[0]));
}
