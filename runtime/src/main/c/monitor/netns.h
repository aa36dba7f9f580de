/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_NETNS_H
#define XEN_RUNC_MONITOR_NETNS_H

#include "failure.h"
#include "monitor.h"

/*
 * Puts the monitor into the container's network namespace: that at `path`, or a new one whose lo is
 * up if it is empty. Refuses one that is the host's or the caller's: all its traffic will be
 * redirected to the guest, which would take the host off the network. The monitor has its inode
 * number then, and the settings opened, with those of a new namespace remembered.
 */
int netns_enter(const char *path, struct monitor *monitor, struct failure *failure);

#endif
