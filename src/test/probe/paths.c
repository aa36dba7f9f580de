/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe.h"

/* "none", "empty", "something" or why it cannot be read. */
static void content(const char *path)
{
	struct stat status;
	char byte;
	int fd, count = 0;
	ssize_t length;

	if (stat(path, &status)) {
		json_text(path, "none");
		return;
	}
	if (S_ISDIR(status.st_mode)) {
		DIR *directory = opendir(path);

		while (directory && readdir(directory))
			count++;
		if (directory)
			closedir(directory);
		json_text(path, count > 2 ? "something" : "empty");
		return;
	}
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, &byte, 1);
	if (length < 0)
		json_outcome(path, 1);
	else
		json_text(path, length ? "something" : "empty");
	if (fd >= 0)
		close(fd);
}

/* Whether it can be written; nothing is. */
static void writable(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	json_outcome(path, fd < 0);
	if (fd >= 0)
		close(fd);
}

static void creatable(const char *directory)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/probe-file", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	json_outcome(directory, fd < 0);
	if (fd >= 0)
		close(fd);
	unlink(path);
}

static void owner_and_mode(const char *path)
{
	struct stat status;
	char text[64];

	if (stat(path, &status))
		return;
	snprintf(text, sizeof(text), "%u:%u %04o", status.st_uid, status.st_gid,
		 status.st_mode & 07777);
	json_text(path, text);
}

static void sysctl(const char *name)
{
	char path[256], line[256];

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	json_text(name, line_read(path, line, sizeof(line)) ?: "none");
}

void probe_paths(void)
{
	static const char *const contents[] = {
		"/proc/kcore",	       "/proc/keys",
		"/proc/latency_stats", "/proc/timer_list",
		"/proc/acpi",	       "/proc/scsi",
		"/sys/firmware",       "/proc/asound",
		"/proc/interrupts",    "/sys/devices/virtual/powercap",
		"/proc/self/maps",     "/sys/kernel",
		"/proc/meminfo",
	};
	static const char *const targets[] = { "/proc/sys/kernel/hostname", "/proc/sysrq-trigger",
					       "/proc/irq/default_smp_affinity",
					       "/proc/self/oom_score_adj",
					       "/sys/kernel/uevent_seqnum" };
	static const char *const directories[] = { "/",		  "/dev", "/dev/shm",
						   "/tmp",	  "/sys", "/proc",
						   "/dev/mqueue", "/t",	  "/sys/fs/cgroup" };
	static const char *const owned[] = { "/",     "/dev", "/dev/shm", "/dev/pts", "/dev/mqueue",
					     "/proc", "/sys", "/t",	  "/u",	      "/made/up" };
	static const char *const settings[] = {
		"net/core/somaxconn",
		"kernel/hostname",
		"kernel/shmmax",
		"kernel/msgmax",
		"fs/mqueue/queues_max",
		"net/ipv4/ip_unprivileged_port_start",
		"net/ipv4/ping_group_range",
		"vm/overcommit_memory",
		"net/ipv4/ip_forward",
		"kernel/cap_last_cap",
		"vm/max_map_count",
		"fs/file-max",
		"kernel/pid_max",
	};

	json_open("contents", '{');
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		content(contents[i]);
	json_close('}');
	json_open("writable", '{');
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		writable(targets[i]);
	json_close('}');
	json_open("creatable", '{');
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		creatable(directories[i]);
	json_close('}');
	json_open("modes", '{');
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		owner_and_mode(owned[i]);
	json_close('}');
	json_open("sysctls", '{');
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		sysctl(settings[i]);
	json_close('}');
}
