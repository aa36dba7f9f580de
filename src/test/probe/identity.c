/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "probe.h"

static int number_order(const void *one, const void *other)
{
	gid_t a = *(const gid_t *)one, b = *(const gid_t *)other;

	return (a > b) - (a < b);
}

static void groups(void)
{
	gid_t list[256];
	int count = getgroups(256, list);

	qsort(list, count > 0 ? (size_t)count : 0, sizeof(list[0]), number_order);
	json_open("groups", '[');
	for (int i = 0; i < count; i++)
		json_number(NULL, list[i]);
	json_close(']');
}

/*
 * A mask of /proc/self/status without signals 32 and 33. They are the C library's own: no program
 * can set them, but whoever glibc spawned has them ignored or not, by what the threads of its
 * parent did before.
 */
static void signals(const char *name, const char *mask)
{
	unsigned long long all = strtoull(mask, NULL, 16);
	char text[17];

	snprintf(text, sizeof(text), "%016llx", all & ~(3ULL << 31));
	json_text(name, text);
}

/* /proc/self/status has what no call tells: capability sets, signals, seccomp. */
static void status(void)
{
	static const char *const wanted[] = {
		"CapInh",
		"CapPrm",
		"CapEff",
		"CapBnd",
		"CapAmb",
		"NoNewPrivs",
		"Seccomp",
		"SigBlk",
		"SigIgn",
		"SigCgt",
		"Uid",
		"Gid",
		"Groups",
		"Threads",
		"FDSize",
		"Cpus_allowed_list",
		"Mems_allowed_list",
		"Umask",
		"NStgid",
		"Seccomp_filters",
		"Speculation_Store_Bypass",
		"TracerPid",
	};
	FILE *file = fopen("/proc/self/status", "re");
	char line[512];

	json_open("status", '{');
	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');

		if (!value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \t");
		value[strcspn(value, "\n")] = '\0';
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (strcmp(line, wanted[i]) == 0) {
				if (strncmp(line, "Sig", 3) == 0)
					signals(line, value);
				else
					json_text(line, value);
			}
	}
	if (file)
		fclose(file);
	json_close('}');
}

/* One that prctl(2) writes down instead of returning it. */
static int attribute(int option)
{
	int number = 0;

	prctl(option, &number);
	return number;
}

static void processes(void)
{
	json_open("process", '{');
	json_number("pid", getpid());
	json_number("ppid", getppid());
	json_number("pgid", getpgid(0));
	json_number("sid", getsid(0));
	json_boolean("terminal", isatty(STDIN_FILENO) || isatty(STDOUT_FILENO));
	json_number("parent_death_signal", attribute(PR_GET_PDEATHSIG));
	json_number("dumpable", prctl(PR_GET_DUMPABLE));
	json_number("keep_capabilities", prctl(PR_GET_KEEPCAPS));
	json_number("securebits", prctl(PR_GET_SECUREBITS));
	json_number("subreaper", attribute(PR_GET_CHILD_SUBREAPER));
	json_close('}');
}

void probe_identity(void)
{
	uid_t real, effective, saved;
	gid_t real_group, effective_group, saved_group;

	getresuid(&real, &effective, &saved);
	getresgid(&real_group, &effective_group, &saved_group);
	json_open("uid", '{');
	json_number("real", real);
	json_number("effective", effective);
	json_number("saved", saved);
	json_close('}');
	json_open("gid", '{');
	json_number("real", real_group);
	json_number("effective", effective_group);
	json_number("saved", saved_group);
	json_close('}');
	groups();
	status();
	processes();
}
