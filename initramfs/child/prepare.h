/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_PREPARE_H
#define XEN_RUNC_CHILD_PREPARE_H

#include <stdnoreturn.h>

#include "inheritance.h"
#include "payload.h"

/* The container's main process, born into its namespaces and cgroup: carries PREPARE out, reports
 * on the socket `report`, and runs RUN's program when the agent sends RUN there. */
noreturn void prepare_child(const struct inheritance *inheritance, struct payload prepare,
			    int report);

#endif
