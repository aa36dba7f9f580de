/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_RESOLVER_PLACE_H
#define XEN_RUNC_MONITOR_RESOLVER_PLACE_H

#include <stdbool.h>

/* Where Docker's resolver is: at 127.0.0.11, port 53, of the container's network namespace. */

/* A socket of this type (SOCK_STREAM or SOCK_DGRAM) that is connected, or about to be, to the
 * resolver, and never waits. -1 with errno. */
int resolver_connect(int type);

/* Whether something takes a connection there. Waits 200 ms at most. */
bool resolver_found(void);

#endif
