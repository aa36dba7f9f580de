/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_HOOKS_H
#define XEN_RUNC_CHILD_HOOKS_H

#include "payload.h"

/* Runs the startContainer hooks, one after the other, each confined as the process will be; a hook
 * without an environment gets the process's: config.md "POSIX-platform Hooks". Ends the child with
 * runc's words if one fails. */
void hooks_run(struct payload run, char **environment);

#endif
