/* SPDX-License-Identifier: Apache-2.0 */
/* What the launcher does on the engine's order, and what becomes of the result. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caller.h"
#include "clock.h"
#include "process.h"
#include "room.h"

/* One launcher that runs a verb for the test's engine. */
struct talkative {
	struct call call;
	struct talk engine;
	int listener;
};

#define MONITOR_SOCKET RUN_DIRECTORY "/m/1234abcd"

static bool verb_begin(struct talkative *verb, const char *const *arguments)
{
	verb->listener = engine_listen();
	call_begin(&verb->call, arguments);
	return engine_accept(&verb->engine, verb->listener);
}

static bool verb_end(struct talkative *verb)
{
	bool ended;

	close(verb->listener);
	ended = call_end(&verb->call);
	talk_close(&verb->engine);
	return ended;
}

/* Ends the verb well. */
static void verb_finish(struct talkative *verb)
{
	EXPECT(engine_result(&verb->engine, 0, NULL, NULL));
	EXPECT(verb_end(verb) && verb->call.code == 0);
}

static uint8_t payload[6 << 20];

static struct field_writer order_new(void)
{
	return field_writer(payload, sizeof(payload));
}

static bool order_ask(struct talkative *verb, uint8_t type, const struct field_writer *writer)
{
	static uint32_t number;

	return talk_say_fields(&verb->engine, type, ++number, writer) &&
	       talk_hear(&verb->engine, FRAME_REPLY, number);
}

static uint32_t status_of(const struct talkative *verb)
{
	return heard_u32(&verb->engine, FIELD_STATUS);
}

static void verb_says_root_cwd_words_and_flags(void)
{
	struct field_reader reader;
	struct talkative verb;
	struct field field;
	size_t words = 0;

	EXPECT(mkdir("/run/real", 0700) == 0 && symlink("/run/real", "/run/link") == 0);
	EXPECT(chdir("/run/real") == 0);
	REQUIRE(verb_begin(&verb,
			   ARGS("--root", "/run/link/../link/a//b", "--debug", "--systemd-cgroup",
				"create", "--bundle", "x y", "-f=1", "web")));
	EXPECT(chdir("/") == 0);
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_ROOT), "/run/real/a/b") == 0);
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_CWD), "/run/real") == 0);
	EXPECT(heard_u32(&verb.engine, FIELD_DEBUG) == 1);
	EXPECT(heard_u32(&verb.engine, FIELD_SYSTEMD_CGROUP) == 1);
	reader = field_reader(verb.engine.message.bytes, verb.engine.message.length);
	while (field_next(&reader, &field)) {
		static const char *const expected[] = { "create", "--bundle", "x y", "-f=1",
							"web" };

		if (field.tag == FIELD_ARG && words < 5)
			EXPECT(field.length == strlen(expected[words]) &&
			       memcmp(field.bytes, expected[words], field.length) == 0);
		words += field.tag == FIELD_ARG;
	}
	EXPECT(words == 5);
	verb_finish(&verb);
}

static void verb_without_flags_leaves_them_out(void)
{
	struct talkative verb;
	struct field field;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_ROOT), "/run/xen-runc/state") == 0);
	EXPECT(!heard_field(&verb.engine, FIELD_DEBUG, &field));
	EXPECT(!heard_field(&verb.engine, FIELD_SYSTEMD_CGROUP, &field));
	verb_finish(&verb);
}

static void result_goes_to_stdout_stderr_and_log(void)
{
	struct talkative verb;

	unlink("/run/log");
	REQUIRE(verb_begin(&verb, ARGS("--log", "/run/log", "--log-format", "json", "list")));
	EXPECT(engine_result(&verb.engine, 7, "{\"a\":1}\n", "create \"web\":\tno\nmemory \1\377"));
	EXPECT(verb_end(&verb));
	EXPECT(verb.call.code == 7);
	EXPECT(strcmp(verb.call.out, "{\"a\":1}\n") == 0);
	EXPECT(strcmp(verb.call.err, "create \"web\":\tno\nmemory \1\377\n") == 0);
	EXPECT(strstr(file_text("/run/log"),
		      "\"msg\":\"create \\\"web\\\":\\u0009no\\nmemory \\u0001\\ufffd\"") != NULL);
	EXPECT(
	    system("jq -e '.level == \"error\" and (.time | fromdate > 0)' /run/log >/dev/null") ==
	    0);
}

static bool record_say(struct talkative *verb, const char *level, const char *text)
{
	struct field_writer record = order_new();

	field_put_text(&record, FIELD_LEVEL, level);
	field_put_u64(&record, FIELD_TIME, 86400000000000); /* 1970-01-02 */
	field_put_text(&record, FIELD_TEXT, text);
	field_put_text(&record, FIELD_FUNCTION, "dev.xenrunc.A.b");
	field_put_text(&record, FIELD_FILE, "A.java:7");
	return talk_say_fields(&verb->engine, FRAME_LOG, 0, &record);
}

static void failure_say(struct talkative *verb)
{
	struct field_writer result = order_new();

	field_put_u32(&result, FIELD_CODE, 1);
	field_put_text(&result, FIELD_TEXT, "no luck");
	field_put_text(&result, FIELD_FUNCTION, "dev.xenrunc.C.d");
	field_put_text(&result, FIELD_FILE, "C.java:8");
	EXPECT(talk_say_fields(&verb->engine, FRAME_RESULT, 0, &result));
}

static void records_go_to_the_log_as_runcs_do(void)
{
	struct talkative verb;

	unlink("/run/log");
	REQUIRE(verb_begin(&verb,
			   ARGS("--debug", "--log", "/run/log", "--log-format", "json", "list")));
	EXPECT(record_say(&verb, "debug", "did \"it\"\n"));
	failure_say(&verb);
	EXPECT(verb_end(&verb) && verb.call.code == 1);
	EXPECT(strstr(file_text("/run/log"),
		      "{\"file\":\"A.java:7\",\"func\":\"dev.xenrunc.A.b\",\"level\":\"debug\","
		      "\"msg\":\"did \\\"it\\\"\\n\",\"time\":\"1970-01-02T00:00:00Z\"}\n"));
	EXPECT(strstr(file_text("/run/log"),
		      "{\"file\":\"C.java:8\",\"func\":\"dev.xenrunc.C.d\",\"level\":\"error\","
		      "\"msg\":\"no luck\","));
	EXPECT(strcmp(verb.call.err, "no luck\n") == 0);
	REQUIRE(verb_begin(&verb, ARGS("--debug", "list")));
	EXPECT(record_say(&verb, "warning", "odd, but done"));
	EXPECT(engine_result(&verb.engine, 0, NULL, NULL) && verb_end(&verb));
	EXPECT(strstr(verb.call.err, "time=\"1970-01-02T00:00:00Z\" level=warning msg=\"odd, but "
				     "done\" func=\"dev.xenrunc.A.b()\" file=\"A.java:7\"\n"));
	EXPECT(strstr(verb.call.err, "msg=\"list: connected to the engine "));
}

static void without_debug_no_record_and_no_place_is_told(void)
{
	struct talkative verb;

	unlink("/run/log");
	REQUIRE(verb_begin(&verb, ARGS("--log", "/run/log", "--log-format", "json", "list")));
	EXPECT(record_say(&verb, "debug", "did it"));
	failure_say(&verb);
	EXPECT(verb_end(&verb) && verb.call.code == 1);
	EXPECT(!strstr(file_text("/run/log"), "did it"));
	EXPECT(strstr(file_text("/run/log"), "{\"level\":\"error\",\"msg\":\"no luck\",") ==
	       file_text("/run/log"));
}

/* Callers take the last error in the log for the verb's. */
static void record_that_plays_an_error_ends_the_verb(void)
{
	struct talkative verb;

	unlink("/run/log");
	REQUIRE(verb_begin(&verb, ARGS("--debug", "--log", "/run/log", "list")));
	EXPECT(record_say(&verb, "error", "not so"));
	EXPECT(verb_end(&verb) && verb.call.code == 1);
	EXPECT(!strstr(file_text("/run/log"), "not so"));
}

static void own_failures_tell_their_place(void)
{
	struct call call;

	unlink("/run/log");
	EXPECT(call_run(&call, ARGS("--debug", "--log", "/run/log", "state", "nobody")));
	EXPECT(call.code == 1 && strcmp(call.err, "container does not exist\n") == 0);
	EXPECT(strstr(file_text("/run/log"), " level=error msg=\"container does not exist\" "
					     "func=\"answer_unknown()\" file=\"answer.c:"));
}

static void read_file_gives_its_bytes(void)
{
	struct field_writer order = order_new();
	struct talkative verb;
	struct field field;

	EXPECT(file_write("/run/config.json", "{\"ociVersion\":\"1.0.0\"}"));
	EXPECT(chdir("/run") == 0);
	REQUIRE(verb_begin(&verb, ARGS("list")));
	EXPECT(chdir("/") == 0);
	field_put_text(&order, FIELD_PATH, "config.json");
	field_put_u32(&order, FIELD_LIMIT, 22);
	EXPECT(order_ask(&verb, FRAME_READ_FILE, &order) && status_of(&verb) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_BYTES, &field) && field.length == 22 &&
	       memcmp(field.bytes, "{\"ociVersion\":\"1.0.0\"}", 22) == 0);
	order = order_new();
	field_put_text(&order, FIELD_PATH, "/run/config.json");
	field_put_u32(&order, FIELD_LIMIT, 21);
	EXPECT(order_ask(&verb, FRAME_READ_FILE, &order) && status_of(&verb) == EFBIG);
	verb_finish(&verb);
}

static void read_file_of_a_dash_is_stdin(void)
{
	struct field_writer order = order_new();
	struct talkative verb;
	struct field field;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	EXPECT(write(verb.call.input, "{}", 2) == 2);
	close(verb.call.input);
	verb.call.input = -1;
	field_put_text(&order, FIELD_PATH, "-");
	field_put_u32(&order, FIELD_LIMIT, 22);
	EXPECT(order_ask(&verb, FRAME_READ_FILE, &order) && status_of(&verb) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_BYTES, &field) && field.length == 2);
	verb_finish(&verb);
}

static void output_is_written_before_the_result(void)
{
	struct field_writer order = order_new(), nothing = field_writer(NULL, 0);
	struct talkative verb;
	char bytes[8];

	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put(&order, FIELD_OUTPUT, "now\n", 4);
	EXPECT(order_ask(&verb, FRAME_WRITE_OUTPUT, &order) && status_of(&verb) == 0);
	EXPECT(read(verb.call.output, bytes, sizeof(bytes)) == 4 && memcmp(bytes, "now\n", 4) == 0);
	EXPECT(order_ask(&verb, FRAME_WRITE_OUTPUT, &nothing) && status_of(&verb) == 0);
	order = order_new();
	field_put_text(&order, FIELD_PATH, "x");
	EXPECT(order_ask(&verb, FRAME_WRITE_OUTPUT, &order) && status_of(&verb) == EBADMSG);
	verb_finish(&verb);
}

static void ps_says_what_it_says(void)
{
	struct field_writer order = order_new();
	struct talkative verb;
	struct field field;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_text(&order, FIELD_ARG, "-o");
	field_put_text(&order, FIELD_ARG, "pid=,comm=");
	field_put_text(&order, FIELD_ARG, "-e");
	EXPECT(order_ask(&verb, FRAME_RUN_PS, &order) && status_of(&verb) == 0);
	EXPECT(heard_u32(&verb.engine, FIELD_CODE) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_OUTPUT, &field) &&
	       memmem(field.bytes, field.length, "orders_test", 11));
	order = order_new();
	field_put_text(&order, FIELD_ARG, "--nonsense");
	EXPECT(order_ask(&verb, FRAME_RUN_PS, &order) && status_of(&verb) == 0);
	EXPECT(heard_u32(&verb.engine, FIELD_CODE) == 1);
	verb_finish(&verb);
}

static void read_file_of_sixteen_mebibytes_arrives(void)
{
	struct field_writer order = order_new();
	struct talkative verb;
	struct field field;

	EXPECT(system("head -c 16777216 /dev/urandom >/run/big") == 0);
	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_text(&order, FIELD_PATH, "/run/big");
	field_put_u32(&order, FIELD_LIMIT, UINT32_MAX);
	EXPECT(order_ask(&verb, FRAME_READ_FILE, &order) && status_of(&verb) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_BYTES, &field) && field.length == 16777216);
	verb_finish(&verb);
	unlink("/run/big");
}

static void read_file_refuses_what_is_no_file(void)
{
	static const struct {
		const char *path;
		uint32_t status;
	} refusals[] = { { "/run/none", ENOENT }, { "/run", EISDIR }, { "/dev/zero", EFBIG } };
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct field_writer order = order_new();

		field_put_text(&order, FIELD_PATH, refusals[i].path);
		field_put_u32(&order, FIELD_LIMIT, 100);
		EXPECT(order_ask(&verb, FRAME_READ_FILE, &order));
		EXPECT(status_of(&verb) == refusals[i].status);
		EXPECT(strstr(heard_text(&verb.engine, FIELD_TEXT), "o such file") == NULL);
	}
	verb_finish(&verb);
}

/* Its writer comes late, and says in two goes what there is. */
static void read_file_of_a_fifo_waits_for_its_writer(void)
{
	struct field_writer order = order_new();
	struct talkative verb;
	struct field field;
	pid_t writer;

	EXPECT(mkfifo("/run/fifo", 0600) == 0);
	REQUIRE(verb_begin(&verb, ARGS("list")));
	writer = fork();
	if (writer == 0) {
		execl("/bin/sh", "sh", "-c",
		      "sleep 0.3; { printf '{\"a\"'; sleep 0.3; printf ':1}'; } >/run/fifo", NULL);
		_exit(127);
	}
	field_put_text(&order, FIELD_PATH, "/run/fifo");
	field_put_u32(&order, FIELD_LIMIT, 100);
	EXPECT(order_ask(&verb, FRAME_READ_FILE, &order) && status_of(&verb) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_BYTES, &field) && field.length == 7 &&
	       memcmp(field.bytes, "{\"a\":1}", 7) == 0);
	EXPECT(process_reap(writer, clock_ms() + SOON_MS) == 0);
	verb_finish(&verb);
	unlink("/run/fifo");
}

static void resolve_follows_links(void)
{
	struct field_writer order = order_new();
	struct talkative verb;

	EXPECT(symlink("/etc/hostname", "/run/name") == 0);
	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_text(&order, FIELD_PATH, "/run/../run/name");
	EXPECT(order_ask(&verb, FRAME_RESOLVE, &order) && status_of(&verb) == 0);
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_PATH), "/etc/hostname") == 0);
	order = order_new();
	field_put_text(&order, FIELD_PATH, "/run/nowhere");
	EXPECT(order_ask(&verb, FRAME_RESOLVE, &order) && status_of(&verb) == ENOENT);
	verb_finish(&verb);
}

static void pid_file_holds_digits_only(void)
{
	struct field_writer order = order_new();
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_text(&order, FIELD_PATH, "/run/init.pid");
	field_put_u32(&order, FIELD_PID, 4711);
	EXPECT(order_ask(&verb, FRAME_WRITE_PID_FILE, &order) && status_of(&verb) == 0);
	EXPECT(strcmp(file_text("/run/init.pid"), "4711") == 0);
	EXPECT(access("/run/.init.pid", F_OK) != 0);
	order = order_new();
	field_put_text(&order, FIELD_PATH, "/run/none/init.pid");
	field_put_u32(&order, FIELD_PID, 4711);
	EXPECT(order_ask(&verb, FRAME_WRITE_PID_FILE, &order) && status_of(&verb) == ENOENT);
	EXPECT(file_write("/run/.other.pid", ""));
	order = order_new();
	field_put_text(&order, FIELD_PATH, "/run/other.pid");
	field_put_u32(&order, FIELD_PID, 4711);
	EXPECT(order_ask(&verb, FRAME_WRITE_PID_FILE, &order) && status_of(&verb) == EEXIST);
	verb_finish(&verb);
}

/* RUN_HOOK of a shell command. */
static struct field_writer hook_order(const char *script)
{
	struct field_writer order = order_new();

	field_put_text(&order, FIELD_PATH, "/bin/sh");
	field_put_text(&order, FIELD_ARG, "libnetwork-setkey");
	field_put_text(&order, FIELD_ARG, "-c");
	field_put_text(&order, FIELD_ARG, script);
	field_put_text(&order, FIELD_ENV, "PATH=/usr/bin:/bin");
	field_put_text(&order, FIELD_ENV, "ONLY=this");
	return order;
}

static void hook_gets_its_name_environment_stdin_and_no_more(void)
{
	int stray = open("/etc/hostname", O_RDONLY); /* not close-on-exec */
	struct field_writer order;
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	close(stray);
	order = hook_order("ls /proc/$$/fd | tr '\\n' ' ' >/run/fds; "
			   "{ tr '\\0' ' ' </proc/$$/cmdline; echo; env; cat; } >/run/hook; "
			   "ps -o pgid= -p $$ >/run/group; echo $$ >>/run/group");
	field_put_text(&order, FIELD_STDIN, "{\"status\":\"creating\"}");
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == 0);
	EXPECT(heard_u32(&verb.engine, FIELD_CODE) == 0);
	EXPECT(strncmp(file_text("/run/hook"), "libnetwork-setkey -c ", 21) == 0);
	EXPECT(strstr(file_text("/run/hook"), "ONLY=this\n") != NULL);
	EXPECT(strstr(file_text("/run/hook"), "HOME=") == NULL);
	EXPECT(strstr(file_text("/run/hook"), "{\"status\":\"creating\"}") != NULL);
	EXPECT(strcmp(file_text("/run/fds"), "0 1 2 ") == 0);
	EXPECT(system("tr -d ' ' </run/group | uniq | wc -l | grep -qx 1") == 0);
	verb_finish(&verb);
}

static void hook_tells_its_code_and_the_end_of_its_errors(void)
{
	static const struct {
		const char *script;
		uint32_t code;
	} ends[] = { { "exit 3", 3 }, { "kill -TERM $$", 143 }, { "exit 0", 0 } };
	struct field_writer order;
	struct talkative verb;
	struct field field;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		order = hook_order(ends[i].script);
		EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == 0);
		EXPECT(heard_u32(&verb.engine, FIELD_CODE) == ends[i].code);
	}
	order = hook_order("yes | head -c 100000 >&2; echo stdout; printf 'the end' >&2; exit 1");
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == 0);
	EXPECT(heard_field(&verb.engine, FIELD_OUTPUT, &field) && field.length == 4096);
	EXPECT(memcmp(field.bytes + field.length - 9, "y\nthe end", 9) == 0);
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_STDOUT), "stdout\n") == 0);
	verb_finish(&verb);
	EXPECT(verb.call.out[0] == '\0' && verb.call.err[0] == '\0');
}

static void hook_need_not_read_its_stdin(void)
{
	static char much[1 << 20];
	struct field_writer order = hook_order("exec <&-; sleep 0.1; exit 0");
	struct talkative verb;

	memset(much, 'x', sizeof(much));
	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put(&order, FIELD_STDIN, much, sizeof(much));
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == 0);
	EXPECT(heard_u32(&verb.engine, FIELD_CODE) == 0);
	order = hook_order("wc -c >&2");
	field_put(&order, FIELD_STDIN, much, sizeof(much));
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order));
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_OUTPUT), "1048576\n") == 0);
	verb_finish(&verb);
}

static void hook_that_is_late_dies_with_its_group(void)
{
	struct field_writer order = hook_order("sleep 1000 & echo $! >/run/sleeper; wait");
	int64_t begin = clock_ms();
	struct talkative verb;
	int sleeper = 0;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_u32(&order, FIELD_TIMEOUT, 300);
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == ETIMEDOUT);
	EXPECT(clock_ms() - begin < 5000);
	EXPECT(sscanf(file_text("/run/sleeper"), "%d", &sleeper) == 1);
	EXPECT(process_await(sleeper, clock_ms() + SOON_MS));
	verb_finish(&verb);
}

static void hook_may_leave_a_daemon_behind(void)
{
	struct field_writer order = hook_order("sleep 1000 & echo $! >/run/sleeper");
	struct talkative verb;
	int sleeper = 0;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == 0);
	verb_finish(&verb);
	EXPECT(sscanf(file_text("/run/sleeper"), "%d", &sleeper) == 1 &&
	       kill(sleeper, SIGKILL) == 0);
}

static void hook_that_cannot_be_run_says_why(void)
{
	struct field_writer order = order_new();
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	field_put_text(&order, FIELD_PATH, "/run/no-hook");
	EXPECT(order_ask(&verb, FRAME_RUN_HOOK, &order) && status_of(&verb) == ENOENT);
	EXPECT(strstr(heard_text(&verb.engine, FIELD_TEXT), "run hook \"/run/no-hook\"") != NULL);
	verb_finish(&verb);
}

static struct field_writer spawn_order(const char *netns)
{
	struct field_writer order = order_new();
	size_t mark;

	field_put_text(&order, FIELD_ARG, "sleep");
	field_put_text(&order, FIELD_ARG, "a b");
	field_put_text(&order, FIELD_SOCKET, MONITOR_SOCKET);
	field_put_text(&order, FIELD_CONTAINER, "web");
	if (netns)
		field_put_text(&order, FIELD_NETNS, netns);
	mark = field_group_begin(&order, FIELD_EXPORT);
	field_put_u32(&order, FIELD_NUMBER, 0);
	field_put_text(&order, FIELD_PATH, "/");
	field_put_u64(&order, FIELD_FLAGS, MS_REC);
	field_group_end(&order, mark);
	return order;
}

/* As containerd's shim sees it: the monitor becomes its child by being orphaned, holds the
 * container's streams, and its exit code is the container's. */
static void monitor_outlives_the_launcher_as_an_orphan(void)
{
	uint8_t bytes[64];
	struct field_writer order = spawn_order(NULL), stop = field_writer(bytes, sizeof(bytes));
	struct talkative verb;
	struct talk monitor;
	char line[8], path[64];
	int status;
	pid_t pid;

	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == 0);
	pid = (pid_t)heard_u32(&verb.engine, FIELD_PID);
	EXPECT(heard_u64(&verb.engine, FIELD_START_TIME) != UINT64_MAX);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	EXPECT(memcmp(file_text(path), "sleep\0a b\0", 11) == 0);
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == EBUSY);
	EXPECT(engine_result(&verb.engine, 0, NULL, NULL));
	EXPECT(process_await(verb.call.pid, clock_ms() + SOON_MS));
	EXPECT(waitpid(verb.call.pid, &status, 0) == verb.call.pid && status == 0);
	EXPECT(waitpid(pid, &status, WNOHANG) == 0); /* it is ours now, and runs */
	EXPECT(!readable_within(verb.call.output, NEVER_MS));
	talk_open(&monitor, socket_connect_soon(MONITOR_SOCKET));
	field_put_u32(&stop, FIELD_CODE, 42);
	EXPECT(talk_hello(&monitor) && talk_say_fields(&monitor, FRAME_STOP, 1, &stop));
	EXPECT(process_await(pid, clock_ms() + SOON_MS));
	EXPECT(waitpid(pid, &status, 0) == pid && process_code(status) == 42);
	EXPECT(read_soon(verb.call.output, line, 1) == 0 &&
	       read_soon(verb.call.errors, line, 1) == 0);
	close(verb.call.input), close(verb.call.output), close(verb.call.errors);
	close(verb.listener);
	talk_close(&monitor);
	talk_close(&verb.engine);
}

static void refused_monitor_is_told_and_gone(void)
{
	struct field_writer order = spawn_order("/etc/hostname");
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == EINVAL);
	EXPECT(strstr(heard_text(&verb.engine, FIELD_TEXT), "is not a network namespace"));
	/* The engine decides what follows: here, another try. */
	order = spawn_order(NULL);
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == 0);
	kill((pid_t)heard_u32(&verb.engine, FIELD_PID), SIGKILL);
	verb_finish(&verb);
}

static void engines_netns_is_refused(void)
{
	struct field_writer order = spawn_order("/proc/self/ns/net");
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == EINVAL);
	EXPECT(strstr(heard_text(&verb.engine, FIELD_TEXT), "engine's own"));
	verb_finish(&verb);
}

static void missing_monitor_is_told(void)
{
	struct field_writer order = spawn_order(NULL);
	struct talkative verb;

	/* Longer than a socket holds: the child ends while it is still sent to. */
	while (order.length < 2 << 20) {
		size_t mark = field_group_begin(&order, FIELD_MOUNT);

		field_put_text(&order, FIELD_TYPE, "tmpfs");
		field_put_text(&order, FIELD_TARGET, "/unread");
		field_group_end(&order, mark);
	}
	EXPECT(rename(LIBEXEC "/monitor", LIBEXEC "/monitor.away") == 0);
	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == ENOENT);
	EXPECT(rename(LIBEXEC "/monitor.away", LIBEXEC "/monitor") == 0);
	EXPECT(strstr(heard_text(&verb.engine, FIELD_TEXT), "it does not exist"));
	verb_finish(&verb);
}

/* Has a script stand in for one of xen-runc's programs, beside which it waits as NAME.away. */
static void program_replace(const char *name, const char *script)
{
	char path[256], away[256];

	snprintf(path, sizeof(path), LIBEXEC "/%s", name);
	snprintf(away, sizeof(away), LIBEXEC "/%s.away", name);
	rename(path, away);
	EXPECT(file_write(path, script) && chmod(path, 0755) == 0);
}

static void program_restore(const char *name)
{
	char path[256], away[256];

	snprintf(path, sizeof(path), LIBEXEC "/%s", name);
	snprintf(away, sizeof(away), LIBEXEC "/%s.away", name);
	if (rename(away, path))
		EXPECT(unlink(path) == 0);
}

static void monitor_that_dies_tells_how(void)
{
	struct field_writer order = spawn_order(NULL);
	struct talkative verb;

	program_replace("monitor", "#!/bin/sh\nkill -9 $$\n");
	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == ECHILD);
	program_restore("monitor");
	EXPECT(strcmp(heard_text(&verb.engine, FIELD_TEXT),
		      "the monitor ended before it was set up: was killed by signal 9 (Killed)") ==
	       0);
	verb_finish(&verb);
}

static void seccomp_compiler_that_fails_is_told_in_its_words(void)
{
	static const struct {
		const char *script, *text;
	} ends[] = {
		{ "#!/bin/sh\necho 'no such \033call' >&2\nexit 1\n", "no such ?call" },
		{ "#!/bin/sh\nexit 3\n", "the seccomp compiler exited with status 3" },
		{ "#!/bin/sh\nkill -9 $$\n",
		  "the seccomp compiler was killed by signal 9 (Killed)" },
	};
	struct field_writer order = order_new();
	struct talkative verb;

	field_put_text(&order, FIELD_ACTION, "SCMP_ACT_ALLOW");
	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		program_replace("seccomp", ends[i].script);
		EXPECT(order_ask(&verb, FRAME_COMPILE_SECCOMP, &order));
		EXPECT(status_of(&verb) == EINVAL);
		EXPECT(strcmp(heard_text(&verb.engine, FIELD_TEXT), ends[i].text) == 0);
		program_restore("seccomp");
	}
	verb_finish(&verb);
}

static void engine_that_ends_takes_the_monitor_with_it(void)
{
	struct field_writer order = spawn_order(NULL);
	struct talkative verb;
	pid_t pid;

	unlink("/run/log");
	REQUIRE(verb_begin(&verb, ARGS("--log", "/run/log", "--log-format=json", "create", "web")));
	EXPECT(order_ask(&verb, FRAME_SPAWN_MONITOR, &order) && status_of(&verb) == 0);
	pid = (pid_t)heard_u32(&verb.engine, FIELD_PID);
	talk_close(&verb.engine);
	verb.engine.fd = -1;
	EXPECT(verb_end(&verb));
	EXPECT(verb.call.code == 1);
	EXPECT(strstr(verb.call.err, "create: the engine ended while it ran the command"));
	EXPECT(strstr(file_text("/run/log"), "the engine ended"));
	EXPECT(kill(pid, 0) < 0 && errno == ESRCH);
}

static void engine_that_ends_takes_the_hook_with_it(void)
{
	struct field_writer order = hook_order("echo $$ >/run/sleeper; exec sleep 1000");
	int64_t deadline = clock_ms() + SOON_MS;
	struct talkative verb;
	int sleeper = 0;

	unlink("/run/sleeper");
	REQUIRE(verb_begin(&verb, ARGS("create", "web")));
	EXPECT(talk_say_fields(&verb.engine, FRAME_RUN_HOOK, 1, &order));
	while (sscanf(file_text("/run/sleeper"), "%d", &sleeper) != 1 && clock_ms() < deadline)
		usleep(5000);
	talk_close(&verb.engine);
	verb.engine.fd = -1;
	EXPECT(verb_end(&verb) && verb.call.code == 1);
	EXPECT(kill(sleeper, 0) < 0 && errno == ESRCH);
}

static void malformed_engine_ends_the_verb(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} lies[] = {
		{ "\x70\0\0\0\1\0\0\0\0\0\0\0", 12 },	      /* an unknown order */
		{ "\x61\4\0\0\1\0\0\0\0\0\0\0", 12 },	      /* an unknown flag */
		{ "\x61\0\1\0\1\0\0\0\0\0\0\0", 12 },	      /* the zero field */
		{ "\x61\0\0\0\1\0\0\0\1\200\0\0", 12 },	      /* 32769 bytes */
		{ "\x6f\0\0\0\0\0\0\0\4\0\0\0\6\0\0\0", 16 }, /* a cut field */
		{ "\x6f\0\0\0\0\0\0\0\14\0\0\0\6\0\0\0\4\0\0\0\0\1\0\0", 24 }, /* code 256 */
		{ "\x61\1\0\0\1\0\0\0\0\0\0\0", 12 },			       /* an empty part */
		{ "\1", 1 }, /* the end in a header */
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct talkative verb;

		REQUIRE(verb_begin(&verb, ARGS("list")));
		EXPECT(talk_say_raw(&verb.engine, lies[i].bytes, lies[i].length));
		EXPECT(shutdown(verb.engine.fd, SHUT_WR) == 0);
		EXPECT(verb_end(&verb));
		EXPECT(verb.call.code == 1 && verb.call.out[0] == '\0');
		EXPECT(strstr(verb.call.err, "level=error"));
		if (test_failures)
			fprintf(stderr, "  with lie %zu: %s\n", i, verb.call.err);
	}
}

static void malformed_orders_are_refused_one_by_one(void)
{
	static const uint8_t types[] = { FRAME_READ_FILE, FRAME_RESOLVE, FRAME_SPAWN_MONITOR,
					 FRAME_RUN_HOOK, FRAME_WRITE_PID_FILE };
	struct talkative verb;

	REQUIRE(verb_begin(&verb, ARGS("list")));
	for (size_t i = 0; i < sizeof(types); i++) {
		struct field_writer order = order_new();

		EXPECT(order_ask(&verb, types[i], &order) && status_of(&verb) == EBADMSG);
		field_put_u32(&order, FIELD_DOMID, 1);
		EXPECT(order_ask(&verb, types[i], &order) && status_of(&verb) == EBADMSG);
		order = order_new();
		field_put(&order, FIELD_PATH, "a\0b", 3);
		field_put(&order, FIELD_CONTAINER, "a\0b", 3);
		EXPECT(order_ask(&verb, types[i], &order) && status_of(&verb) == EBADMSG);
	}
	verb_finish(&verb);
}

static void engine_of_another_protocol_is_refused(void)
{
	uint8_t bytes[64];
	struct field_writer hello = field_writer(bytes, sizeof(bytes));
	struct talkative verb;

	verb.listener = engine_listen();
	call_begin(&verb.call, ARGS("list"));
	talk_open(&verb.engine, socket_accept_soon(verb.listener));
	field_put_u32(&hello, FIELD_PROTOCOL, 99);
	field_put_u32(&hello, FIELD_PROTOCOL_MIN, 99);
	EXPECT(talk_say_fields(&verb.engine, FRAME_HELLO, 0, &hello));
	EXPECT(verb_end(&verb) && verb.call.code == 1);
}

static const struct test tests[] = {
	{ "VERB says root, cwd, words and flags", verb_says_root_cwd_words_and_flags },
	{ "VERB without flags leaves them out", verb_without_flags_leaves_them_out },
	{ "RESULT goes to stdout, stderr and log", result_goes_to_stdout_stderr_and_log },
	{ "records go to the log as runc's do", records_go_to_the_log_as_runcs_do },
	{ "without --debug no record and no place is told",
	  without_debug_no_record_and_no_place_is_told },
	{ "a record that plays an error ends the verb", record_that_plays_an_error_ends_the_verb },
	{ "failures of its own tell their place", own_failures_tell_their_place },
	{ "READ_FILE gives a file's bytes", read_file_gives_its_bytes },
	{ "READ_FILE of 16 MiB arrives", read_file_of_sixteen_mebibytes_arrives },
	{ "READ_FILE of - is stdin", read_file_of_a_dash_is_stdin },
	{ "WRITE_OUTPUT before the result", output_is_written_before_the_result },
	{ "RUN_PS", ps_says_what_it_says },
	{ "READ_FILE refuses what is no file", read_file_refuses_what_is_no_file },
	{ "READ_FILE of a fifo waits for its writer", read_file_of_a_fifo_waits_for_its_writer },
	{ "RESOLVE follows links", resolve_follows_links },
	{ "a pid file holds digits only", pid_file_holds_digits_only },
	{ "a hook gets its name, environment, stdin and no more",
	  hook_gets_its_name_environment_stdin_and_no_more },
	{ "a hook tells its code and the end of its errors",
	  hook_tells_its_code_and_the_end_of_its_errors },
	{ "a hook need not read its stdin", hook_need_not_read_its_stdin },
	{ "a hook that is late dies with its group", hook_that_is_late_dies_with_its_group },
	{ "a hook may leave a daemon behind", hook_may_leave_a_daemon_behind },
	{ "a hook that cannot be run says why", hook_that_cannot_be_run_says_why },
	{ "the monitor outlives the launcher as an orphan",
	  monitor_outlives_the_launcher_as_an_orphan },
	{ "a refused monitor is told and gone", refused_monitor_is_told_and_gone },
	{ "the engine's netns is refused", engines_netns_is_refused },
	{ "a missing monitor is told", missing_monitor_is_told },
	{ "a monitor that dies tells how", monitor_that_dies_tells_how },
	{ "a seccomp compiler that fails is told in its words",
	  seccomp_compiler_that_fails_is_told_in_its_words },
	{ "an engine that ends takes the monitor with it",
	  engine_that_ends_takes_the_monitor_with_it },
	{ "an engine that ends takes the hook with it", engine_that_ends_takes_the_hook_with_it },
	{ "a malformed engine ends the verb", malformed_engine_ends_the_verb },
	{ "malformed orders are refused one by one", malformed_orders_are_refused_one_by_one },
	{ "an engine of another protocol is refused", engine_of_another_protocol_is_refused },
};

int main(void)
{
	room_enter();
	return test_run_all("launcher-orders", tests, sizeof(tests) / sizeof(tests[0]));
}
