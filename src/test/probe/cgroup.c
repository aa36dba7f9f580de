/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probe.h"

void probe_cgroup(void)
{
	static const char *const files[] = { "memory.max",	"memory.high",
					     "memory.swap.max", "pids.max",
					     "cpu.max",		"cpu.weight",
					     "cpuset.cpus",	"cpuset.cpus.effective" };
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[4096], path[256];

	json_open("cgroup", '{');
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			json_text("path", line + 3);
	}
	if (file)
		fclose(file);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", files[i]);
		json_text(files[i], line_read(path, line, sizeof(line)) ?: "none");
	}
	json_close('}');
}
