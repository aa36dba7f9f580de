/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_UNMOUNT_H
#define XEN_RUNC_CHILD_UNMOUNT_H

#include <stdnoreturn.h>

/* A child: unmounts everything in the mount namespace `mount_namespace`, whose processes are gone,
 * and ends when all of it is written back. */
noreturn void unmount_child(int mount_namespace);

#endif
