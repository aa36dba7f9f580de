/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_CGROUP_H
#define XEN_RUNC_AGENT_CGROUP_H

#include <sys/types.h>

#include "payload.h"

/* The container's cgroup, below one that the container has no path of. */
struct cgroup {
	int parent; /* directory */
	char name[32];
	int fd; /* directory; -1 until cgroup_make */
};

/* Opens `path`, or else this machine's cgroup2 tree, as the parent. No two agents of a machine have
 * the same `pid_namespace`, so each names its cgroup after it. -1 with errno. */
int cgroup_open(struct cgroup *cgroup, const char *path, int pid_namespace);
/* Makes the cgroup, with the rules for its devices. 0, or an errno with `what` failed. */
int cgroup_make(struct cgroup *cgroup, struct payload prepare, const char **what);
/* The directory of the cgroup that the main process `pid` is in: below the container's own if it
 * has moved, as a system in a container does before it limits groups. -1 with errno. */
int cgroup_of_main(const struct cgroup *cgroup, int proc_fd, pid_t pid);
/* SIGKILL to everything in it. */
void cgroup_kill(const struct cgroup *cgroup);
void cgroup_remove(const struct cgroup *cgroup);

#endif
