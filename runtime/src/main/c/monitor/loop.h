/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_LOOP_H
#define XEN_RUNC_MONITOR_LOOP_H

#include "monitor.h"

/* Runs until the container's exit code is known and its output written; returns the code. */
int monitor_run(struct monitor *monitor);

#endif
