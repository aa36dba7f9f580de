/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_LOG_H
#define XEN_RUNC_MONITOR_LOG_H

/* The monitors' common log, one line a write: time="…" level=… id=… msg="…". */

#define MONITOR_LOG "/var/log/xen-runc/monitor.log"

/* Opened once, early: later the monitor has no rights to. Without a log it works on silently. */
void log_open(const char *id);
/* The log's descriptor, which the file server gets as its stderr; -1 if there is none. */
int log_descriptor(void);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
