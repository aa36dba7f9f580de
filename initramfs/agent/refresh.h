/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_REFRESH_H
#define XEN_RUNC_AGENT_REFRESH_H

#include <stdint.h>

#include "payload.h"

struct agent;

/* REFRESH: seeds the kernel's random pool, and sets the clock if it is wrong. */
void refresh(struct agent *agent, uint32_t request, struct payload payload);

#endif
