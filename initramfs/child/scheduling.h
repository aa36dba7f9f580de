/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_SCHEDULING_H
#define XEN_RUNC_CHILD_SCHEDULING_H

#include "payload.h"

/* Gives this process RUN's scheduler, io priority and personality. Ends the child with runc's words
 * if it fails. */
void scheduling_apply(struct payload run);

#endif
