/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_SERVICE_H
#define XEN_RUNC_LAUNCHER_SERVICE_H

#include <sys/types.h>

/*
 * Has systemd start `libexec`/engine, as the transient service xen-runc-engine-PID with the
 * launcher's pid. A child of pid 1 is nobody's who called us: an orphan of ours is adopted by the
 * next subreaper above, and podman's conmon does not end before all its children have. Returns the
 * pid of a child that ends when the service does or cannot be started, for service_leave; -1 where
 * systemd is not pid 1.
 */
pid_t service_start(const char *libexec);

/* Stops watching: `child` is ended, the service goes on. */
void service_leave(pid_t child);

#endif
