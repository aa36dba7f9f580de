/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_PRIVILEGE_H
#define XEN_RUNC_HOST_PRIVILEGE_H

#include "failure.h"

/* Gives up every capability for good: the monitor listens to a guest. */
int privilege_drop(struct failure *failure);

#endif
