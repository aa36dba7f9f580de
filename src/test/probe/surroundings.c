/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

/* The kernel's inode numbers of the first namespaces (include/linux/proc_ns.h): a namespace with
 * another number was made. */
static void namespaces(void)
{
	static const struct {
		const char *name;
		unsigned long initial;
	} all[] = {
		{ "ipc", 0xEFFFFFFF }, { "uts", 0xEFFFFFFE },	 { "user", 0xEFFFFFFD },
		{ "pid", 0xEFFFFFFC }, { "cgroup", 0xEFFFFFFB }, { "time", 0xEFFFFFFA },
	};
	char path[64], line[128];
	const char *map = line_read("/proc/self/uid_map", line, sizeof(line));
	struct stat status;

	json_open("namespaces", '{');
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", all[i].name);
		json_text(all[i].name, stat(path, &status)		 ? "none"
				       : status.st_ino == all[i].initial ? "the kernel's first"
									 : "own");
	}
	json_boolean("uid_map_whole",
		     map && strtol(map, NULL, 10) == 0 && strstr(map, "4294967295"));
	json_close('}');
}

static void names(void)
{
	struct utsname name;

	uname(&name);
	json_open("uname", '{');
	json_text("system", name.sysname);
	json_text("host", name.nodename);
	json_text("release", name.release);
	json_text("machine", name.machine);
	json_text("domain", name.domainname);
	json_close('}');
}

static void words(const char *key, char **list)
{
	json_open(key, '[');
	for (; *list; list++)
		json_text(NULL, *list);
	json_close(']');
}

/* Descriptors besides those that this look needs. */
static void descriptors(void)
{
	char path[64], target[256];

	json_open("descriptors", '{');
	for (int fd = 0; fd < 256; fd++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		target[strcspn(target, ":")] = '\0';
		snprintf(path, sizeof(path), "%d", fd);
		json_text(path,
			  target[0] == '/' && strncmp(target, "/dev/", 5) != 0 ? "file" : target);
	}
	json_close('}');
}

static void times(void)
{
	struct timespec boot, monotonic, real;
	char line[128];

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	clock_gettime(CLOCK_REALTIME, &real);
	json_open("time", '{');
	json_boolean("after_2024", real.tv_sec > 1704067200);
	json_boolean("boot_not_before_monotonic", boot.tv_sec >= monotonic.tv_sec);
	json_boolean("up_for_a_minute", boot.tv_sec > 60);
	json_text("offsets", line_read("/proc/self/timens_offsets", line, sizeof(line)) ?: "none");
	json_close('}');
}

void probe_surroundings(int argc, char **argv, char **environment)
{
	char directory[4096];

	namespaces();
	names();
	json_number("argc", argc);
	words("argv", argv);
	words("env", environment);
	json_text("cwd", getcwd(directory, sizeof(directory)) ?: "none");
	descriptors();
	times();
}
