/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor makes of itself before it answers the launcher. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "rig.h"
#include "room.h"

static const struct rig_spawn plain = { .export = "/" };

/* A line of /proc/PID/status, or another file there, that begins so. */
static bool proc_line(pid_t pid, const char *name, const char *begin, char *line, size_t size)
{
	char path[64];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	while (file && !found && fgets(line, (int)size, file))
		found = strncmp(line, begin, strlen(begin)) == 0;
	if (file)
		fclose(file);
	return found;
}

static void answer_tells_pid_start_time_netns_and_modes(void)
{
	struct rig rig;
	struct stat netns, root;
	struct field_reader group;
	struct field field;
	uint64_t ticks;
	uint32_t mode;
	char path[64];

	REQUIRE(rig_spawn(&rig, &plain));
	EXPECT(heard_u32(&rig.launcher, FIELD_STATUS) == 0);
	EXPECT(heard_u32(&rig.launcher, FIELD_PID) == (uint32_t)rig.monitor);
	EXPECT(process_start_time(rig.monitor, &ticks) == 0);
	EXPECT(heard_u64(&rig.launcher, FIELD_START_TIME) == ticks);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)rig.monitor);
	EXPECT(stat(path, &netns) == 0);
	EXPECT(heard_u64(&rig.launcher, FIELD_NETNS_INODE) == netns.st_ino);
	EXPECT(heard_field(&rig.launcher, FIELD_EXPORT, &field));
	group = field_group(&field);
	EXPECT(field_next(&group, &field) && field.tag == FIELD_NUMBER);
	EXPECT(field_next(&group, &field) && field_u32(&field, &mode));
	EXPECT(stat("/", &root) == 0 && mode == root.st_mode);
	EXPECT(talk_ended(&rig.launcher));
	rig_end(&rig);
}

static void session_name_rights_and_directory_are_its_own(void)
{
	char line[256], path[64], cwd[64] = "";
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &plain));
	EXPECT(getsid(rig.monitor) == rig.monitor);
	EXPECT(proc_line(rig.monitor, "status", "Name:\txenrunc-monitor\n", line, sizeof(line)));
	EXPECT(proc_line(rig.monitor, "status", "CapEff:\t0000000000000000", line, sizeof(line)));
	EXPECT(proc_line(rig.monitor, "status", "CapPrm:\t0000000000000000", line, sizeof(line)));
	EXPECT(proc_line(rig.monitor, "status", "CapBnd:\t0000000000000000", line, sizeof(line)));
	EXPECT(proc_line(rig.monitor, "status", "NoNewPrivs:\t1", line, sizeof(line)));
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)rig.monitor);
	EXPECT(readlink(path, cwd, sizeof(cwd)) == 1 && cwd[0] == '/');
	rig_end(&rig);
}

static void file_server_holds_none_of_the_containers_streams(void)
{
	char children[64] = "", path[64], target[64];
	struct rig rig;
	int fd, server = 0;

	REQUIRE(rig_spawn(&rig, &plain));
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)rig.monitor,
		 (int)rig.monitor);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	EXPECT(fd >= 0 && read(fd, children, sizeof(children) - 1) > 0);
	close(fd);
	EXPECT(sscanf(children, "%d", &server) == 1);
	for (int number = 0; number < 64; number++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", server, number);
		length = readlink(path, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		EXPECT(number <= 3 && strncmp(target, "pipe:", 5) != 0);
	}
	rig_end(&rig);
}

/* A directory through which more of the host can be reached; not one that is all of its mount. */
static bool leads_out(const char *path)
{
	struct stat status, parent;
	char above[80];

	snprintf(above, sizeof(above), "%s/..", path);
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
	       !(stat(above, &parent) == 0 && parent.st_dev == status.st_dev &&
		 parent.st_ino == status.st_ino);
}

static void monitor_holds_no_descriptor_that_it_was_not_given(void)
{
	int stray = open("/etc/hostname", O_RDONLY); /* not close-on-exec: a caller's mistake */
	char path[64], target[128];
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &plain));
	for (int number = 0; number < 128; number++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)rig.monitor, number);
		length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		EXPECT(strcmp(target, "/etc/hostname") != 0);
		/* Its agents' folder is for tests alone, see setup.c. */
		EXPECT(!leads_out(path) || strcmp(target, "/run/xen-runc/m") == 0);
		if (strncmp(target, "pipe:", 5) == 0)
			EXPECT(number <= 2);
	}
	close(stray);
	rig_end(&rig);
}

static void new_netns_has_lo_up(void)
{
	char path[64];
	struct rig rig;
	int fd, status;
	pid_t child;

	REQUIRE(rig_spawn(&rig, &plain));
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)rig.monitor);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	child = fork();
	if (child == 0)
		_exit(setns(fd, CLONE_NEWNET) ||
		      system("ip -o link show lo | grep -q '[<,]UP[,>]'"));
	EXPECT(waitpid(child, &status, 0) == child && status == 0);
	close(fd);
	rig_end(&rig);
}

static void oom_score_is_set(void)
{
	struct rig rig;
	char line[32];
	int score = 321;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .oom_score_adj = &score }));
	EXPECT(proc_line(rig.monitor, "oom_score_adj", "321\n", line, sizeof(line)));
	rig_end(&rig);
}

static void cgroup_is_entered_in_every_hierarchy(void)
{
	char line[512];
	struct rig rig;
	FILE *file;
	char path[64];
	int hierarchies = 0, entered = 0;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .cgroup = "/xen-runc-test/web" }));
	EXPECT(heard_u32(&rig.launcher, FIELD_STATUS) == 0);
	if (test_failures)
		fprintf(stderr, "# %s\n", heard_text(&rig.launcher, FIELD_TEXT));
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)rig.monitor);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		hierarchies++;
		if (strstr(line, ":/xen-runc-test/web\n"))
			entered++;
	}
	if (file)
		fclose(file);
	EXPECT(entered > 0);
	fprintf(stderr, "# cgroup: %d of %d hierarchies\n", entered, hierarchies);
	rig_end(&rig);
	if (system("for d in $(find /sys/fs/cgroup -depth -type d -path '*/xen-runc-test*'); do "
		   "for i in 1 2 3 4 5 6 7 8; do rmdir $d 2>/dev/null && break; sleep 0.1; done; "
		   "done"))
		EXPECT(!"cgroups removed");
}

static void expect_refused(const struct rig_spawn *spawn, const char *text)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, spawn));
	EXPECT(heard_u32(&rig.launcher, FIELD_STATUS) != 0);
	EXPECT(strstr(heard_text(&rig.launcher, FIELD_TEXT), text) != NULL);
	EXPECT(strstr(heard_text(&rig.launcher, FIELD_TEXT), "o such file") == NULL);
	EXPECT(rig_exit_code(&rig) == 1);
	rig_end(&rig);
}

static void cgroup_that_climbs_is_refused(void)
{
	expect_refused(&(struct rig_spawn){ .cgroup = "/a/../../b" }, "climbs");
}

static void missing_netns_is_refused(void)
{
	expect_refused(&(struct rig_spawn){ .netns = "/run/netns/none" },
		       "network namespace \"/run/netns/none\": it does not exist");
}

static void file_that_is_no_netns_is_refused(void)
{
	expect_refused(&(struct rig_spawn){ .netns = "/etc/passwd" }, "is not a network namespace");
}

static void namespace_of_another_kind_is_refused(void)
{
	expect_refused(&(struct rig_spawn){ .netns = "/proc/self/ns/mnt" },
		       "is not a network namespace");
}

static void host_netns_is_refused(void)
{
	expect_refused(&(struct rig_spawn){ .netns = "/proc/1/ns/net" }, "is the host's");
}

static void refused_export_is_told_in_the_file_servers_words(void)
{
	expect_refused(&(struct rig_spawn){ .export = "/refuse/this" }, "there is no such tree");
}

static void file_server_that_ends_unasked_is_told_with_its_status(void)
{
	expect_refused(&(struct rig_spawn){ .export = "/die" },
		       "the file server ended before it was ready: it exited with status 5");
}

static void netns_by_path_is_joined(void)
{
	struct stat wanted;
	struct rig rig;
	char path[64];
	int ready[2];
	pid_t holder;

	REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
	holder = fork();
	if (holder == 0) {
		unshare(CLONE_NEWNET);
		close(ready[1]);
		pause();
	}
	close(ready[1]);
	EXPECT(readable_within(ready[0], SOON_MS));
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)holder);
	EXPECT(stat(path, &wanted) == 0);
	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .netns = path }));
	EXPECT(heard_u64(&rig.launcher, FIELD_NETNS_INODE) == wanted.st_ino);
	rig_end(&rig);
	process_reap(holder, 0);
	close(ready[0]);
}

static void many_exports_fit(void)
{
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &(struct rig_spawn){ .exports = EXPORT_MAX - 1 }));
	EXPECT(heard_u32(&rig.launcher, FIELD_STATUS) == 0);
	rig_end(&rig);
}

static void too_many_exports_are_refused(void)
{
	expect_refused(&(struct rig_spawn){ .exports = EXPORT_MAX }, "malformed");
}

static void socket_is_roots_alone(void)
{
	struct stat status;
	struct rig rig;

	REQUIRE(rig_spawn(&rig, &plain));
	EXPECT(stat(RIG_SOCKET, &status) == 0 && (status.st_mode & 0777) == 0600);
	rig_end(&rig);
}

static void memory_is_small(void)
{
	unsigned long private = 0, kib;
	char line[256], path[64];
	struct rig rig;
	FILE *file;

	REQUIRE(rig_serve(&rig));
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)rig.monitor);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Pss: %lu", &kib) == 1)
	private = kib;
	if (file)
		fclose(file);
	fprintf(stderr, "# monitor: %lu KiB PSS\n", private);
	EXPECT(private > 0);
#ifndef SANITIZED
	EXPECT(private < 1024);
#endif
	rig_end(&rig);
}

static const struct test tests[] = {
	{ "the answer tells pid, start time, netns and modes",
	  answer_tells_pid_start_time_netns_and_modes },
	{ "session, name, rights and directory are its own",
	  session_name_rights_and_directory_are_its_own },
	{ "the file server holds none of the container's streams",
	  file_server_holds_none_of_the_containers_streams },
	{ "the monitor holds no descriptor that it was not given",
	  monitor_holds_no_descriptor_that_it_was_not_given },
	{ "a new netns has lo up", new_netns_has_lo_up },
	{ "oom_score_adj is set", oom_score_is_set },
	{ "the cgroup is entered in every hierarchy", cgroup_is_entered_in_every_hierarchy },
	{ "a cgroup that climbs is refused", cgroup_that_climbs_is_refused },
	{ "a missing netns is refused", missing_netns_is_refused },
	{ "a file that is no netns is refused", file_that_is_no_netns_is_refused },
	{ "a namespace of another kind is refused", namespace_of_another_kind_is_refused },
	{ "the host's netns is refused", host_netns_is_refused },
	{ "a refused export is told in the file server's words",
	  refused_export_is_told_in_the_file_servers_words },
	{ "a file server that ends unasked is told with its status",
	  file_server_that_ends_unasked_is_told_with_its_status },
	{ "a netns by path is joined", netns_by_path_is_joined },
	{ "many exports fit", many_exports_fit },
	{ "too many exports are refused", too_many_exports_are_refused },
	{ "the socket is root's alone", socket_is_roots_alone },
	{ "memory is small", memory_is_small },
};

int main(void)
{
	room_enter();
	return test_run_all("monitor-setup", tests, sizeof(tests) / sizeof(tests[0]));
}
