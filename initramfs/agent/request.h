/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_REQUEST_H
#define XEN_RUNC_AGENT_REQUEST_H

#include "payload.h"

/* Whether every field is known where it stands, of its type and length, and there as often as
 * docs/protocol.md says. After this nothing else needs to look at a field's form. */
bool request_valid(uint8_t frame_type, struct payload payload);

#endif
