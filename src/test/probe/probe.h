/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "json.h"

/* Each writes the members of one theme into the open object. */
void probe_identity(void);
void probe_limits(void);
void probe_surroundings(int argc, char **argv, char **environment);
void probe_mounts(void);
void probe_devices(void);
void probe_paths(void);
void probe_cgroup(void);
void probe_kernel(void);
void probe_network(void);

/* The first line of a file without its newline; NULL, and errno, if it cannot be read. */
const char *line_read(const char *path, char *line, size_t size);
