/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_TRACE_H
#define XEN_RUNC_MONITOR_TRACE_H

#include "frame.h"

/* While this file is there, a monitor that starts writes a line to its log for each frame, and an
 * engine that starts for each frame of its own. */
#define TRACE_SWITCH "/run/xen-runc/trace"

/* Looks at the switch, once; later the monitor does not see it. */
void trace_open(void);
/* A frame that was put into the queue to `peer`, or has come from it; NULL for a peer that is not
 * traced. */
void trace_sent(const char *peer, const struct frame *frame);
void trace_received(const char *peer, const struct frame *frame);

#endif
