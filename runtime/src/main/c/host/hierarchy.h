/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_HIERARCHY_H
#define XEN_RUNC_HOST_HIERARCHY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "failure.h"

/* One mounted cgroup hierarchy, of version 1 or the unified one of version 2. */
struct hierarchy {
	char mount[PATH_MAX];
	dev_t device;
	bool unified;
};

/* 0, or -1 with `failure`. */
typedef int hierarchy_visitor(const struct hierarchy *hierarchy, void *context,
			      struct failure *failure);

/* Shows every mounted hierarchy to `visit`, each once, until it fails. -1 with `failure`. */
int hierarchies_visit(hierarchy_visitor *visit, void *context, struct failure *failure);

/* Goes one step from `directory` down along `*path`. 1 if it did, 0 at the path's end, -1 with
 * `failure`. */
int cgroup_descend(char directory[PATH_MAX], const char **path, struct failure *failure);

/* What a cgroup's file begins with, as a string. Its length, or -1. */
ssize_t cgroup_read(const char *directory, const char *name, char *value, size_t size);

#endif
