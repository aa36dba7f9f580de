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
/* TIME_ASKED: answered as soon as there is room, once however often it comes meanwhile. */
enum verdict time_asked(struct monitor *monitor, const struct frame *frame);
/* Sends what is due. */
bool timekeeping_pump(struct monitor *monitor);

#endif
