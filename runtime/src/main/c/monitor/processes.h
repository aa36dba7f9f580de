/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_PROCESSES_H
#define XEN_RUNC_MONITOR_PROCESSES_H

#include "monitor.h"

/* How the processes of the container end, and how those that stand for them hear of it. */

/* The guest says that it is gone, or must be taken for gone. */
void process_exited(struct process *process, int code);

/* The same for every process but the main one that has not exited. */
void processes_killed(struct monitor *monitor);

/* The engine says STOP: the main process has exited with this code, the others were killed, and
 * nobody waits long for their readers. */
void processes_stopped(struct monitor *monitor, int code);

/* When the rest of its output is dropped if nobody takes any of it, once it has exited. */
int64_t process_drain_deadline(const struct process *process);

/* Tells sessions of exits whose output is written; takes what sessions say. */
bool processes_pump(struct monitor *monitor);

/* Every session knows of its process's end, or there is none. */
bool processes_told(const struct monitor *monitor);

/* The earliest moment at which an exit is told though its output is not taken; -1 = none. */
int64_t processes_deadline(const struct monitor *monitor);

#endif
