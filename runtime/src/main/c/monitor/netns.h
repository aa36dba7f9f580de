/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_NETNS_H
#define XEN_RUNC_MONITOR_NETNS_H

#include <stdint.h>

#include "failure.h"

/*
 * Puts the monitor into the container's network namespace: that at `path`, or a new one whose lo is
 * up if it is empty. Refuses one that is the host's or the caller's: all its traffic will be
 * redirected to the guest, which would take the host off the network. Gives its inode number.
 * Opens netsettings.h's settings on the way, and remembers those of a new namespace.
 */
int netns_enter(const char *path, uint64_t *inode, struct failure *failure);

#endif
