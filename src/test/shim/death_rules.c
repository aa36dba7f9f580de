/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

/* A caller that dies takes the runtime's command with it (PDEATHSIG), wherever that is. */

#define SLEEP "[\"sleep\", \"600\"]"
#define MOMENTS 8

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A caller that creates, and is killed after `ms`. */
static void create_under_dying(const struct container *c, int ms)
{
	const char *const words[] = { "create", "--bundle", c->bundle, c->id, NULL };
	pid_t caller = fork();

	if (caller == 0) {
		verb_start(c, (int[]){ -1, -1, -1 }, words);
		pause();
		_exit(0);
	}
	exit_forget(caller);
	pass_time(ms);
	kill(caller, SIGKILL);
	exit_await(caller, LONG_MS);
}

static bool process_speaks_of(const char *pid, const char *file, const char *id)
{
	char path[300], text[4096];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, text, sizeof(text));
	close(fd);
	return length > 0 && memmem(text, (size_t)length, id, strlen(id));
}

/* True if no process is in the container's cgroup, or speaks of the container. */
static bool no_process_left(const struct container *c)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	bool found = false;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			found = found || process_speaks_of(entry->d_name, "cmdline", c->id) ||
				process_speaks_of(entry->d_name, "cgroup", c->id);
	if (directory)
		closedir(directory);
	return !found;
}

static bool nothing_left(const struct container *c)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", shim.root, c->id);
	return access(path, F_OK) != 0 && no_process_left(c);
}

/* Whole, or not at all; it may take the runtime a moment to notice. */
static bool is_no_half(const struct container *c)
{
	for (int i = 0; i < 100; i++) {
		if (strcmp(container_status(c), "created") == 0 || nothing_left(c))
			return true;
		pass_time(100);
	}
	return false;
}

static bool dead_caller_leaves_no_half(struct container *c)
{
	int64_t begin = now_ms();
	int whole;

	if (!container_create(c, SLEEP) || !container_end(c))
		return false;
	whole = (int)(now_ms() - begin);
	for (int moment = 0; moment <= MOMENTS; moment++) {
		int ms = whole * moment / MOMENTS;

		create_under_dying(c, ms);
		expect(!shim.differs.dead_callers_undone || is_no_half(c),
		       "killed after %d of %d ms, it is half there: \"%s\"", ms, whole,
		       container_status(c));
		expect(VERB(c, "delete", "--force", c->id).code == 0,
		       "killed after %d of %d ms, it cannot be deleted: %s", ms, whole,
		       log_last_error(c));
		for (int i = 0; i < 50 && !nothing_left(c); i++)
			pass_time(100);
		expect(nothing_left(c), "killed after %d of %d ms, something is left", ms, whole);
	}
	return true;
}

static bool dead_caller_frees_the_id(struct container *c)
{
	if (!container_bundle(c, SLEEP, false))
		return broken("the bundle cannot be made");
	create_under_dying(c, 20);
	VERB(c, "delete", "--force", c->id);
	return container_run(c, SLEEP);
}

static bool dead_caller_of_exec(struct container *c)
{
	const char *const words[] = { "exec", c->id, "sh", "-c", "echo begun; sleep 601", NULL };
	struct further probe;
	int pair[2];
	pid_t caller;

	if (!container_run(c, SLEEP) || pipe2(pair, O_CLOEXEC))
		return false;
	caller = fork();
	if (caller == 0) {
		verb_start(c, (int[]){ -1, pair[1], pair[1] }, words);
		pause();
		_exit(0);
	}
	exit_forget(caller);
	close(pair[1]);
	expect(read_until(pair[0], "begun\n", LONG_MS), "exec does not begin");
	kill(caller, SIGKILL);
	exit_await(caller, LONG_MS);
	close(pair[0]);
	if (!further_exec(c, &probe, "[\"true\"]", false))
		return false;
	expect(exit_await(probe.pid, LONG_MS) == 0, "the container takes no exec any more");
	further_close(&probe);
	return true;
}

const struct rule death_rules[] = {
	{ "1.2: a caller that dies during create leaves no half container",
	  dead_caller_leaves_no_half },
	{ "1.2: after delete --force its id is free", dead_caller_frees_the_id },
	{ "1.2: a caller that dies during exec harms no other exec", dead_caller_of_exec },
	{ NULL, NULL },
};
