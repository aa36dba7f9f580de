/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_DAEMON_H
#define XEN_RUNC_LAUNCHER_DAEMON_H

#include "failure.h"

/*
 * Starts `libexec`/engine so that it holds nothing of the caller and survives the caller's stop: a
 * session, cgroup, namespaces (pid 1's), environment, descriptors and signals of its own.
 * containerd's shim passes on its cgroup, its oom score and stray descriptors, and reaps its
 * orphans with them. Returns a pidfd of the engine, -1 with `failure`.
 */
int daemon_start(const char *libexec, struct failure *failure);

#endif
