/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_MOUNTS_H
#define XEN_RUNC_CHILD_MOUNTS_H

#include "inheritance.h"
#include "payload.h"

/* PREPARE's mounts. `root` is an O_PATH descriptor of the container's root, which is not this
 * process's root yet. Each function ends the child with runc's words if it fails. */

/* Where the root is mounted until it is the root; any directory would do. */
#define ROOT_PLACE "/run"

/* What /dev is when all mounts are made. */
enum dev_kind {
	DEV_OWN,     /* to be filled */
	DEV_SEALED,  /* to be filled, and then made read-only */
	DEV_FOREIGN, /* an export, which is left as it is, as runc does */
};

/* The mount that becomes the root: export 0, or the MOUNT on "/". */
int mounts_root(const struct inheritance *inheritance, struct payload prepare);
/* Makes all others. Returns the root: `root`, or the mount that has taken its place; closes `root`
 * then. */
int mounts_make(const struct inheritance *inheritance, int root, struct payload prepare);
enum dev_kind mounts_dev(const struct inheritance *inheritance, struct payload prepare);

#endif
