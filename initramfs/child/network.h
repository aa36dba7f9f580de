/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_NETWORK_H
#define XEN_RUNC_CHILD_NETWORK_H

#include <stdbool.h>

#include "inheritance.h"
#include "payload.h"

/* What the last PREPARE or NETWORK has brought. */
struct brought {
	struct payload payload; /* its LINKs, ROUTEs and NEIGHBOURs */
	bool whole;		/* all of it was there in the end */
};

/* Gives this network namespace the settings, links, routes and neighbours of a PREPARE or a
 * NETWORK, and takes away what an earlier one, `before`, has brought and this one does not. A route
 * that it brought is not touched, whatever the container's processes have made of it since. Waits
 * for links that are still to come. Ends the child with a report if it fails. */
void network_configure(const struct inheritance *inheritance, const struct brought *before,
		       struct payload request);

#endif
