/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_SOURCE_H
#define XEN_RUNC_WIRE_SOURCE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "payload.h"

/* A file tree of the host that a container has: EXPORT{NUMBER PATH FLAGS RECURSIVE_FLAGS}. */
struct source {
	uint32_t number;
	char path[PATH_MAX];
	uint64_t flags;		  /* MS_* of the mount at `path`; MS_REC = with those below it */
	uint64_t recursive_flags; /* MS_* of all of them */
};

/* Takes it from a valid EXPORT; false if its path is empty or its number too large. */
bool source_take(struct payload export, struct source *source);
/* An O_PATH descriptor; what an automounter has for the path is mounted first, as mount(2) has it
 * done and open(2) with O_PATH does not. -1 with errno. */
int source_open(const struct source *source);
/* A copy of the mounts at the O_PATH descriptor `fd`, attached nowhere and nobody else's: what is
 * mounted there later is not seen. `every` are MS_* that all of them get besides the source's own.
 * -1 with errno. */
int source_clone(const struct source *source, int fd, uint64_t every);

#endif
