/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_NETSETTINGS_H
#define XEN_RUNC_MONITOR_NETSETTINGS_H

#include "field.h"

/*
 * The settings (net.* sysctls) of the container's network namespace that somebody has changed:
 * those of a list that differ from a namespace in which nobody has done anything. What merely
 * follows from the host's kernel, size or own settings is the same in both, and so is not told.
 *
 * The kernel shows a reader of /proc/sys/net the settings of the reader's namespace, so one
 * read-only copy of that mount, out of which no path leads, is all that is kept. A setting that the
 * kernel lacks, or that has no short text, is left out.
 *
 * Three system calls read a setting: for N interfaces 525 + 162 N, and nothing else.
 */

/* What one SCAN_NET says of settings at most, in bytes of its REPLY. */
#define NETSETTINGS_BYTES_MAX 8192

/* Opens the settings. Without them, all are left out. */
void netsettings_open(void);
/* Reads those of the namespace that this process is in, in which nobody has done anything. */
void netsettings_remember(void);

/* Writes NETWORK_SYSCTLs into the payload, as far as `left` bytes go, and takes them off `left`;
 * it is 0 when there was no room for one. First those of the namespace, then those of each
 * interface. */
void netsettings_put(struct field_writer *writer, size_t *left);
void netsettings_put_interface(const char *interface, struct field_writer *writer, size_t *left);

#endif
