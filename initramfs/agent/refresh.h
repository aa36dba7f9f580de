/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_REFRESH_H
#define XEN_RUNC_AGENT_REFRESH_H

#include <stdint.h>

#include "payload.h"

struct container;
struct loop;
struct timekeeping;

/* REFRESH: seeds the kernel's random pool, and sets the clock if it is wrong. */
void refresh(struct loop *loop, struct timekeeping *timekeeping, const struct container *container,
	     uint32_t request, struct payload payload);

#endif
