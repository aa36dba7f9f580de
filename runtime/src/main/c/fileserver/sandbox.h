/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_SANDBOX_H
#define XEN_RUNC_FILESERVER_SANDBOX_H

/*
 * What the server can reach if a guest should take it over: the container's files, and the socket
 * to the monitor. In the order of their calls:
 */

/* Returns in a child that is the first process of a pid namespace of its own. The parent keeps
 * nothing open, waits for the child and ends as it did; each dies with its parent. */
void sandbox_fork(void);

/* Leaves the caller's mount, network and ipc namespaces for empty ones with nothing but the opened
 * exports, and drops every capability that serving files does not need. The working directory is
 * then /proc/self/fd. Returns 0, or an errno and what failed. */
int sandbox_enter(const char **what);

#endif
