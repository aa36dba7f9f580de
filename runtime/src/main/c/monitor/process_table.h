/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_PROCESS_TABLE_H
#define XEN_RUNC_MONITOR_PROCESS_TABLE_H

#include "monitor.h"

/*
 * The container's processes that have streams here: the main one, whose streams are the monitor's
 * own, and those of `exec`, each with a session that stands for it in dom0.
 */

/* NULL if the number is not in use. */
struct process *process_of(const struct monitor *monitor, uint32_t number);

/* Gives the first free number to a process with these streams, which it owns from now on. NULL with
 * errno, EAGAIN if there are PROCESS_MAX already; the descriptors are the caller's then. */
struct process *process_add(struct monitor *monitor, const int streams[3], bool terminal);

/* Lets go of its streams and its number. */
void process_drop(struct monitor *monitor, struct process *process);

#endif
