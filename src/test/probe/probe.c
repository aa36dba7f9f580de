/* SPDX-License-Identifier: Apache-2.0 */
/* Prints as JSON what a process finds in a container. The same program runs in runc and in
 * xen-runc; what the two see is compared by `compare`. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *line_read(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	const char *read;
	int failed;

	if (!file)
		return NULL;
	errno = 0;
	read = fgets(line, (int)size, file);
	failed = errno;
	fclose(file);
	if (!read && failed) {
		errno = failed;
		return NULL;
	}
	if (!read)
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int main(int argc, char **argv, char **environment)
{
	/* It makes nodes, files and queues: on a host they would be the host's. */
	if (getpid() != 1) {
		fputs("probe: this is for the first process of a container\n", stderr);
		return 2;
	}
	json_open(NULL, '{');
	probe_identity();
	probe_limits();
	probe_surroundings(argc, argv, environment);
	probe_mounts();
	probe_devices();
	probe_paths();
	probe_cgroup();
	probe_kernel();
	probe_network();
	json_close('}');
	putchar('\n');
	return 0;
}
