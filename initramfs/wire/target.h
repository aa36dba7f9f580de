/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_TARGET_H
#define XEN_RUNC_WIRE_TARGET_H

#include <stdbool.h>

/* Opens `path` below `root` as O_PATH, never outside it; makes what is missing, at the end a
 * directory or an empty file. -1 with errno. */
int target_open(int root, const char *path, int directory);
/* The directory of `path`, made if missing; *name is its last component. */
int target_parent(int root, const char *path, const char **name);
/* True if `target` is open on the very place that `root` is, wherever links have led. */
bool target_is_root(int root, int target);

#endif
