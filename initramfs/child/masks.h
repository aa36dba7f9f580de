/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_MASKS_H
#define XEN_RUNC_CHILD_MASKS_H

#include "payload.h"

/* Covers PREPARE's masked paths below `root`, an O_PATH descriptor, with nothing, and makes its
 * read-only paths read-only. Skips a path that the container lacks. Ends the child with a report if
 * it fails. */
void masks_make(int root, struct payload prepare);

#endif
