/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_FILES_H
#define XEN_RUNC_MONITOR_FILES_H

#include "failure.h"
#include "spawn.h"

/*
 * Leaves the host's files for the container's: this process's mount namespace then holds the
 * container's root with its volumes where the container has them, with the container's flags, and
 * nothing else. So whoever is led there by the pid that he was given, by /proc/PID/root or by
 * setns(2), as `podman cp` does, finds what he looks for.
 */
int files_enter(const struct spawn *spawn, struct failure *failure);

#endif
