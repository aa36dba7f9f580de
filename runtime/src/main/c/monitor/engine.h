/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_ENGINE_H
#define XEN_RUNC_MONITOR_ENGINE_H

#include "monitor.h"

/* The engine's connection; there may be none, and a new one replaces the old. */

/* Takes a connection of root's that waits at the socket. */
void engine_accept(struct monitor *monitor);
/* Takes its requests and writes what is queued for it; true if anything moved. One that is gone
 * leaves requests: these are nobody's then. */
bool engine_pump(struct monitor *monitor);

#endif
