/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_SECCOMP_H
#define XEN_RUNC_CHILD_SECCOMP_H

#include <stdbool.h>

#include "payload.h"

/* Puts this process under RUN's seccomp filter, if there is one. Only execve(2) may follow: the
 * filter might refuse anything else. Ends the child with runc's words if it fails. */
void seccomp_apply(struct payload run);
/* Whether seccomp_apply needs CAP_SYS_ADMIN: without no_new_privs the kernel asks for it. */
bool seccomp_needs_privilege(struct payload run);

#endif
