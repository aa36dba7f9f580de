/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SCAN_H
#define XEN_RUNC_MONITOR_SCAN_H

#include "monitor.h"

/* SCAN_NET: tells the engine what whoever configured the container's network namespace put there,
 * so that the guest can be given the same. */
void scan_answer(struct monitor *monitor, uint32_t number);

#endif
