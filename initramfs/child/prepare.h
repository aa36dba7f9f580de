/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_PREPARE_H
#define XEN_RUNC_CHILD_PREPARE_H

#include <stdnoreturn.h>

#include "payload.h"

struct agent;

/* Where the root is mounted until it is the root; any directory would do. */
#define ROOT_PLACE "/run"

/* The container's first process, born into its namespaces and cgroup: carries a PREPARE out,
 * reports on the socket `report`, and becomes the main process when the agent sends its RUN there.
 */
noreturn void prepare_child(const struct agent *agent, struct payload prepare, int report);

/* The steps. Each ends the child with a report if it fails. `root` is an O_PATH descriptor of the
 * container's root, not yet this process's. */
/* Closes `root` if a MOUNT takes its place, and returns what is the root then. */
int mounts_make(const struct agent *agent, int root, struct payload prepare);
/* The mount that becomes the root: export 0, or the MOUNT on "/". */
int mounts_root(const struct agent *agent, struct payload prepare);
void masks_make(int root, struct payload prepare);
/* What /dev is when all mounts are made. */
enum dev_kind {
	DEV_OWN,     /* to be filled */
	DEV_SEALED,  /* to be filled, and read-only then */
	DEV_FOREIGN, /* a volume, and to be left as it is, as runc does */
};
enum dev_kind mounts_dev(const struct agent *agent, struct payload prepare);
/* The nodes of PREPARE, then those and the links that every container has, if still missing. */
void devices_make(const struct agent *agent, int root, enum dev_kind dev, struct payload prepare);
void network_configure(struct payload prepare);
/* Writes `value` to the file `path` below the directory `fd`, and nowhere else. NULL, or what could
 * not be done, with errno. */
const char *setting_write(int fd, const char *path, const char *value);
/* Before the child is in its cgroup namespace, from within which its own limits are not its to set:
 * what every container's cgroup has, and then what `request` says. */
void limits_begin(const struct agent *agent);
void limits_apply(const struct agent *agent, struct payload request);
/* In the agent itself: what concerns the guest as a whole, and never fails. */
void settings_of_host(const struct agent *agent, struct payload prepare);
void settings_apply(const struct agent *agent, struct payload prepare);

#endif
