/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_SETUP_H
#define XEN_RUNC_MONITOR_SETUP_H

#include "monitor.h"
#include "spawn.h"

/*
 * Makes the process what SPAWN_MONITOR says: session, cgroup, network namespace, socket, file
 * server, and then without any rights. Puts PID, START_TIME, NETNS_INODE and EXPORT{NUMBER MODE}+
 * into `reply`. -1 with `failure`.
 */
int monitor_setup(struct monitor *monitor, const struct spawn *spawn, struct field_writer *reply,
		  struct failure *failure);

#endif
