/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_CGROUP_H
#define XEN_RUNC_HOST_CGROUP_H

#include "failure.h"

/*
 * Moves the calling process into the cgroup `path` below the mount point of every cgroup hierarchy,
 * v1 and v2, making what is missing; none of them if one is frozen. -1 with `failure`.
 */
int cgroup_enter(const char *path, struct failure *failure);

/* Same, and in v2 lets every controller reach it, as runc does: whoever reads or limits the
 * container by its cgroup wants them. */
int cgroup_enter_controlled(const char *path, struct failure *failure);

#endif
