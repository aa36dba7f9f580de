/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SCOPE_H
#define XEN_RUNC_MONITOR_SCOPE_H

#include "failure.h"

/* Has systemd make the scope `unit` below `slice` and move the monitor into it, by the program
 * `libexec`/systemd-scope. */
int scope_enter(const char *libexec, const char *unit, const char *slice, struct failure *failure);

#endif
