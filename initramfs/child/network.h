/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_NETWORK_H
#define XEN_RUNC_CHILD_NETWORK_H

#include "inheritance.h"
#include "payload.h"

/* Gives this network namespace the settings, links, routes and neighbours of a PREPARE or a
 * NETWORK, and takes away what an earlier one, `before`, has brought and this one does not. Waits
 * for links that are still to come. Ends the child with a report if it fails. */
void network_configure(const struct inheritance *inheritance, struct payload before,
		       struct payload request);

#endif
