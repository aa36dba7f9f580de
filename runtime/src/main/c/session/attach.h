/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_SESSION_ATTACH_H
#define XEN_RUNC_SESSION_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/*
 * Hands the descriptors 0 to 2, which may be one terminal, to the monitor whose sessions' socket
 * belongs to the socket at `path`, and learns the number of the process they are for. Returns the
 * control socket; -1 with `failure`.
 */
int attach(const char *path, bool terminal, uint32_t *process, struct failure *failure);

#endif
