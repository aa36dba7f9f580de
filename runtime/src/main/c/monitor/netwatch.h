/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_NETWATCH_H
#define XEN_RUNC_MONITOR_NETWATCH_H

#include "failure.h"
#include "monitor.h"

/* Changes of the container's network namespace: the engine is told, once for a burst of them, that
 * it should scan again. What the guest can bring about, its vifs coming and going, does not count.
 */

/* Watches the network namespace that the monitor is in. */
int netwatch_open(struct monitor *monitor, struct failure *failure);
/* There are events. */
void netwatch_woken(struct monitor *monitor);
/* When the engine is to be told of a burst that is over; -1 = there is none. */
int64_t netwatch_deadline(const struct monitor *monitor);
/* Tells the engine if that is due; to be called when it has taken all else. */
void netwatch_tell(struct monitor *monitor);

#endif
