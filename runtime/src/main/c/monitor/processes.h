/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_PROCESSES_H
#define XEN_RUNC_MONITOR_PROCESSES_H

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

/* The guest says that it is gone, or must be taken for gone. */
void process_exited(struct process *process, int code);

/* The same for every process but the main one that has not exited. */
void processes_killed(struct monitor *monitor);

/* Tells sessions of exits whose output is written; takes what sessions say. */
bool processes_pump(struct monitor *monitor);

/* Every session knows of its process's end, or there is none. */
bool processes_told(const struct monitor *monitor);

/* The earliest moment at which an exit is told though its output is not taken; -1 = none. */
int64_t processes_deadline(const struct monitor *monitor);

#endif
