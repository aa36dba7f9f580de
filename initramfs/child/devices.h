/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_DEVICES_H
#define XEN_RUNC_CHILD_DEVICES_H

#include "inheritance.h"
#include "mounts.h"
#include "payload.h"

/* Makes the nodes that PREPARE names below `root`, an O_PATH descriptor; then, unless /dev is
 * foreign, the nodes and links that every container has. A node that exists is left as it is, as
 * runc does. Ends the child with a report if it fails. */
void devices_make(const struct inheritance *inheritance, int root, enum dev_kind dev,
		  struct payload prepare);

#endif
