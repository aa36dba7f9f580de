/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_COMMAND_H
#define XEN_RUNC_CHILD_COMMAND_H

#include <sys/types.h>

#include "payload.h"

/* What RUN's command means in this container's file system. */

/* The path of the program that execvp(3) would run, looked up as runc does. Ends the child with
 * runc's words if there is none. */
void command_find(const char *name, char *const *environment, char path[TEXT_SIZE]);
/* The home directory of `uid` in the container's /etc/passwd, or "/". */
void home_find(uid_t uid, char home[TEXT_SIZE]);

#endif
