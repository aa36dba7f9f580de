/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays the engine that the launcher starts. Writes what it finds itself to be to /run/facts, then
 * serves one verb a connection. /run/mode tells it otherwise: "die" ends it with a last line in its
 * log, "trace" and "option" as a JVM does, "mute" without a word, "slow" lets it listen only after
 * a while, "leave" answers the first verb with ESTALE and ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "caller.h"

static void facts_write(void)
{
	sigset_t blocked;
	char target[256];
	FILE *facts = fopen("/run/facts.new", "we");

	fprintf(facts, "pid %d\nsession %d\nparent %d\n", getpid(), getsid(0), getppid());
	fprintf(facts, "cwd %s\n", getcwd(target, sizeof(target)));
	for (char **variable = environ; *variable; variable++)
		fprintf(facts, "env %s\n", *variable);
	for (int fd = 0; fd < 64; fd++) {
		char path[32];
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		if (length < 0 || fd == fileno(facts))
			continue;
		target[length] = '\0';
		fprintf(facts, "fd %d %s\n", fd, target);
	}
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	fprintf(facts, "blocked %d\n", sigismember(&blocked, SIGTERM));
	fprintf(facts, "ignored %d\n", signal(SIGHUP, SIG_DFL) == SIG_IGN);
	fprintf(facts, "score %s", file_text("/proc/self/oom_score_adj"));
	fprintf(facts, "%s", file_text("/proc/self/cgroup"));
	fclose(facts);
	rename("/run/facts.new", "/run/facts");
}

static void starts_count(void)
{
	int fd = open("/run/starts", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (write(fd, "x", 1) < 0)
		_exit(1);
	close(fd);
}

static void verb_serve(int listener, bool leaves)
{
	uint8_t bytes[64];
	struct field_writer stale = field_writer(bytes, sizeof(bytes));
	struct talk launcher;

	if (!engine_accept(&launcher, listener)) {
		talk_close(&launcher);
		return;
	}
	field_put_u32(&stale, FIELD_STATUS, ESTALE);
	if (leaves) {
		/* It still listens for a moment after it has said that it leaves. */
		talk_say_fields(&launcher, FRAME_RESULT, 0, &stale);
		talk_close(&launcher);
		usleep(100000);
		unlink("/run/mode");
		close(listener);
		_exit(0);
	}
	engine_result(&launcher, 0, "served\n", NULL);
	talk_close(&launcher);
}

int main(void)
{
	char mode[16];
	int listener;

	snprintf(mode, sizeof(mode), "%s", file_text("/run/mode"));
	facts_write();
	starts_count();
	if (strcmp(mode, "die") == 0) {
		fprintf(stderr, "java.lang.Error: first line\n\tno memory for the engine\n");
		return 1;
	}
	if (strcmp(mode, "trace") == 0) {
		fprintf(stderr,
			"Exception in thread \"main\" java.lang.Error: outer\n\tat A.b(A.java)\n"
			"Caused by: java.io.IOException: bind \033[2J\n\tat C.d(C.java)\n"
			"\t... 3 more\n");
		return 1;
	}
	if (strcmp(mode, "option") == 0) {
		fprintf(stderr, "Unrecognized VM option 'Foo'\n"
				"Error: Could not create the Java Virtual Machine.\n"
				"Error: A fatal exception has occurred. Program will exit.\n");
		return 1;
	}
	if (strcmp(mode, "mute") == 0)
		return 1;
	if (strcmp(mode, "slow") == 0)
		usleep(300000);
	listener = engine_listen();
	for (;;)
		if (readable_within(listener, SOON_MS))
			verb_serve(listener, strcmp(file_text("/run/mode"), "leave") == 0);
}
