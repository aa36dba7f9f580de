/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_REPORT_H
#define XEN_RUNC_LAUNCHER_REPORT_H

#include <stddef.h>

#include "failure.h"
#include "options.h"

/*
 * Errors as callers of runc expect them: containerd's shim reads log.json and takes the text of the
 * last record with level "error"; so such a record is only written for a verb that fails.
 */

/* Opens --log if there is one. Until then reports go to stderr. -1 with `failure`. */
int report_open(const struct options *options, struct failure *failure);
/* One record in the log, or on stderr without one; with a log the plain text on stderr too. */
void report_error(const char *text);

/* Writes everything, whatever interrupts. -1 with errno. */
int output_write(int fd, const void *bytes, size_t length);

#endif
