/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_CGROUP_LIMITS_H
#define XEN_RUNC_CHILD_CGROUP_LIMITS_H

#include "inheritance.h"
#include "payload.h"

/* Limits of the container's cgroup. To be set from outside the container's cgroup namespace: the
 * kernel lets nobody inside change them. */

/* The limit that every container has: memory for the kernel and the agent is not the container's.
 */
void cgroup_limits_begin(const struct inheritance *inheritance);
/* Every CGROUP_LIMIT of a PREPARE or an UPDATE. Ends the child with a report if one fails. */
void cgroup_limits_apply(const struct inheritance *inheritance, struct payload request);

#endif
