/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_NETWORK_H
#define XEN_RUNC_CHILD_NETWORK_H

#include "payload.h"

/* Gives this network namespace the links, routes and neighbours of a PREPARE or a NETWORK, and
 * takes away what an earlier one, `before`, has brought and this one does not. Waits for links that
 * are still to come. Ends the child with a report if it fails. */
void network_configure(struct payload before, struct payload request);

#endif
