/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SIGNALS_H
#define XEN_RUNC_MONITOR_SIGNALS_H

#include "failure.h"
#include "monitor.h"

/* Catchable signals sent to the monitor's pid are meant for the container's main process. They are
 * kept until it runs. */
int signals_open(struct monitor *monitor, struct failure *failure);
void signals_take(struct monitor *monitor);

#endif
