/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_TEXTS_H
#define XEN_RUNC_CHILD_TEXTS_H

#include <stdint.h>

#include "payload.h"

/* The texts with `tag` as execve(2) takes them, with room for one more. On the heap, and never
 * freed: the child becomes another program. Ends the child if there is no memory. */
char **texts_take(struct payload group, uint16_t tag);

#endif
