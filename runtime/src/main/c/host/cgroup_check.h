/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_CGROUP_CHECK_H
#define XEN_RUNC_HOST_CGROUP_CHECK_H

#include "failure.h"

/* Refuses a cgroup in which nothing would run: one that is frozen, or is below one that is. It need
 * not exist. -1 with `failure`. */
int cgroup_check_thawed(const char *path, struct failure *failure);

/* Refuses a cgroup in which, or below which, there are processes. -1 with `failure`. */
int cgroup_check_empty(const char *path, struct failure *failure);

#endif
