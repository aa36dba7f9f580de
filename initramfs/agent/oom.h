/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_OOM_H
#define XEN_RUNC_AGENT_OOM_H

#include <stdint.h>

#include "outbox.h"
#include "watch.h"

struct loop;

/* How many of the container's processes its OOM killer has ended, and how many the host knows. */
struct oom {
	struct watch watch; /* memory.events */
	struct sender sender;
	uint64_t kills, told;
};

/* Begins to watch the container's new cgroup; without a memory controller there is nothing. */
void oom_begin(struct loop *loop, struct oom *oom, int cgroup_fd);
/* Looks now: the main process may have been ended by it, and nothing can be told after that. */
void oom_look(struct loop *loop, struct oom *oom);

#endif
