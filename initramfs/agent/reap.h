/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_REAP_H
#define XEN_RUNC_AGENT_REAP_H

#include "loop.h"
#include "watch.h"

/* Reaps every child that is gone, and tells the part that had started it. Wakes struct agent's
 * `signals`. */
void reap_children(struct loop *loop, struct watch *watch);

#endif
