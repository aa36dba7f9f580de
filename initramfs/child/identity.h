/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_IDENTITY_H
#define XEN_RUNC_CHILD_IDENTITY_H

#include "payload.h"

/* Gives this process RUN's working directory, groups, user, capabilities and no_new_privs, in the
 * order that keeps each allowed. Keeps the permitted capabilities until execve(2) if seccomp_apply
 * still needs one. Ends the child with runc's words if it fails. */
void identity_assume(struct payload run);

#endif
