/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

static const struct limit {
	int kind;
	const char *name;
} limits[] = {
	{ RLIMIT_CPU, "cpu" },		 { RLIMIT_FSIZE, "fsize" },
	{ RLIMIT_DATA, "data" },	 { RLIMIT_STACK, "stack" },
	{ RLIMIT_CORE, "core" },	 { RLIMIT_RSS, "rss" },
	{ RLIMIT_NPROC, "nproc" },	 { RLIMIT_NOFILE, "nofile" },
	{ RLIMIT_MEMLOCK, "memlock" },	 { RLIMIT_AS, "as" },
	{ RLIMIT_LOCKS, "locks" },	 { RLIMIT_SIGPENDING, "sigpending" },
	{ RLIMIT_MSGQUEUE, "msgqueue" }, { RLIMIT_NICE, "nice" },
	{ RLIMIT_RTPRIO, "rtprio" },	 { RLIMIT_RTTIME, "rttime" },
};

static void limit(const struct limit *limit)
{
	struct rlimit value = { 0, 0 };
	char text[64];

	getrlimit(limit->kind, &value);
	snprintf(text, sizeof(text), "%lld:%lld", (long long)value.rlim_cur,
		 (long long)value.rlim_max);
	json_text(limit->name, text);
}

void probe_limits(void)
{
	struct sched_param parameters = { .sched_priority = 0 };
	cpu_set_t processors;
	mode_t mask = umask(0);
	char line[64];

	umask(mask);
	json_open("rlimits", '{');
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		limit(&limits[i]);
	json_close('}');
	json_number("umask", mask);
	json_text("oom_score_adj", line_read("/proc/self/oom_score_adj", line, sizeof(line)) ?: "");
	json_number("personality", personality(0xffffffff));
	json_open("scheduler", '{');
	json_number("nice", getpriority(PRIO_PROCESS, 0));
	json_number("policy", syscall(SYS_sched_getscheduler, 0));
	syscall(SYS_sched_getparam, 0, &parameters);
	json_number("priority", parameters.sched_priority);
	json_number("io_priority", syscall(SYS_ioprio_get, 1, 0));
	CPU_ZERO(&processors);
	sched_getaffinity(0, sizeof(processors), &processors);
	json_number("processors_allowed", CPU_COUNT(&processors));
	json_number("processors_online", sysconf(_SC_NPROCESSORS_ONLN));
	json_close('}');
}
