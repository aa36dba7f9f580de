/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_TERMINAL_H
#define XEN_RUNC_CHILD_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "payload.h"

/* Makes a terminal in the container's devpts: this process's controlling one and its stdin, stdout
 * and stderr. Sends its master to the agent. Shows it as /dev/console too if `console`. Ends the
 * child with a report if it fails. */
void terminal_open(struct payload run, uid_t owner, bool console);

#endif
