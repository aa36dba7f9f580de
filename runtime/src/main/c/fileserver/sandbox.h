/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_SANDBOX_H
#define XEN_RUNC_FILESERVER_SANDBOX_H

/*
 * A guest that takes the server over can reach the container's files, the log and the socket to the
 * monitor, and nothing else. main.c calls these in this order, and then seccomp_seal.
 */

/* Forks, and returns in the child, the first process of a pid namespace of its own. The parent
 * closes all it has, waits for the child and ends as the child did. Each dies with its parent. */
void sandbox_fork(void);

/* Leaves the caller's mount, network and ipc namespaces for empty ones with nothing but the opened
 * exports, and drops every capability that serving files does not need. The working directory is
 * then /proc/self/fd. Returns 0, or an errno and what failed. */
int sandbox_enter(const char **what);

#endif
