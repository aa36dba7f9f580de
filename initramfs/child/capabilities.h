/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_CAPABILITIES_H
#define XEN_RUNC_CHILD_CAPABILITIES_H

#include <stdint.h>

/* Three of this process's capability sets, a bit for each capability: capabilities(7). Each
 * function ends the child with a report if it fails. */
struct capabilities {
	uint64_t effective, permitted, inheritable;
};

void capabilities_get(struct capabilities *sets);
void capabilities_set(const struct capabilities *sets);
/* Makes a capability effective that is permitted. */
void capability_raise(unsigned int capability);
/* Ambient and bounding sets. What is not `allowed` leaves the bounding set, for which this process
 * needs CAP_SETPCAP. */
void ambient_raise(uint64_t ambient);
void bounding_limit(uint64_t allowed);

#endif
