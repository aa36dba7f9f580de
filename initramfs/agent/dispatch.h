/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_DISPATCH_H
#define XEN_RUNC_AGENT_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "parts.h"

/* Hands a frame of the host to the part that carries it out. False if the host has broken the
 * protocol. */
bool dispatch(struct agent *agent, const struct frame *frame, const uint8_t *payload);

#endif
