/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_TIMEKEEPING_H
#define XEN_RUNC_MONITOR_TIMEKEEPING_H

#include "failure.h"
#include "monitor.h"

/* The guest's time of day follows dom0's: it is told when the clock here is set, and has its
 * questions answered. */

int timekeeping_open(struct monitor *monitor, struct failure *failure);
/* The clock was set. */
void timekeeping_woken(struct monitor *monitor);
/* Sends what is due. A TIME_ASKED is answered once, however often it comes before there is room. */
bool timekeeping_pump(struct monitor *monitor);

#endif
