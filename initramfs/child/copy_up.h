/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_COPY_UP_H
#define XEN_RUNC_CHILD_COPY_UP_H

/* What was being copied when copying failed: a step and a path below the directory. */
extern char copy_up_failure[256];

/* tmpcopyup, runc's extension: the mount `to` begins with what the directory `from` holds, with
 * owners, modes, times and extended attributes. How much that may be is the mount's own limit.
 * -1 with errno. */
int copy_up(int from, int to);

#endif
