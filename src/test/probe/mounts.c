/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "probe.h"

/* One line of /proc/self/mountinfo (proc(5)), cut in place. */
static void mount_line(char *line)
{
	char *words[32], *rest = NULL, *tags = NULL;
	size_t count = 0, dash = 0;

	for (char *word = strtok_r(line, " \n", &rest); word && count < 32;
	     word = strtok_r(NULL, " \n", &rest)) {
		if (count >= 6 && strcmp(word, "-") == 0)
			dash = count;
		words[count++] = word;
	}
	if (!dash || count < dash + 4)
		return;
	tags = dash > 6 ? words[6] : NULL;
	json_open(words[4], '{');
	json_text("options", words[5]);
	json_text("type", words[dash + 1]);
	json_text("source", words[dash + 2]);
	json_text("super", words[dash + 3]);
	json_text("propagation", !tags				   ? "private"
				 : strncmp(tags, "shared", 6) == 0 ? "shared"
				 : strncmp(tags, "master", 6) == 0 ? "slave"
								   : "unbindable");
	json_close('}');
}

static void size_of(const char *path)
{
	struct statvfs status;

	if (statvfs(path, &status) == 0)
		json_number(path, (long long)(status.f_blocks * status.f_frsize));
}

void probe_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[8192];

	json_open("mounts", '{');
	while (file && fgets(line, sizeof(line), file))
		mount_line(line);
	if (file)
		fclose(file);
	json_close('}');
	json_open("sizes", '{');
	size_of("/dev/shm");
	size_of("/dev");
	size_of("/t");
	json_close('}');
}
