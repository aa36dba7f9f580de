/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_DAEMON_H
#define XEN_RUNC_LAUNCHER_DAEMON_H

#include "failure.h"

/* What the engine's environment holds, and nothing else. */
#define ENGINE_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define ENGINE_LANG "LANG=C.UTF-8"

/*
 * Starts `libexec`/engine so that it holds nothing of the caller and survives the caller's stop: a
 * session, cgroup, namespaces (pid 1's), environment, descriptors and signals of its own.
 * containerd's shim passes on its cgroup, its oom score and stray descriptors, and reaps its
 * orphans with them: the engine, too, stays a child of the next subreaper above the caller, see
 * service.h. Returns a pidfd of the engine, -1 with `failure`.
 */
int daemon_start(const char *libexec, struct failure *failure);

#endif
