/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_REPORT_H
#define XEN_RUNC_LAUNCHER_REPORT_H

#include <stddef.h>
#include <time.h>

#include "failure.h"
#include "options.h"

/*
 * Errors as callers of runc expect them: containerd's shim reads log.json and takes the text of the
 * last record with level "error"; so such a record is only written for a verb that fails.
 */

/* Opens --log if there is one. Until then reports go to stderr. -1 with `failure`. */
int report_open(const struct options *options, struct failure *failure);
/* A line of the log. */
struct report_record {
	const char *level, *text;
	time_t time;
	const char *function, *file; /* its place, the file with the line; NULL = not known */
};

/*
 * Why the verb fails: a record in the log, or on stderr without one; with a log the plain text on
 * stderr too. Its place is told to those who asked with --debug.
 */
void report_error(const struct failure *failure);
/* The same for what the engine has found. */
void report_failed(struct report_record *record);

/* What was done, as runc tells it with --debug: writes it to the log, or to stderr without one;
 * nothing without --debug. */
void report_record(const struct report_record *record);
#define report_debug(...) report_debug_at(PLACE, __VA_ARGS__)
void report_debug_at(struct place place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes everything, whatever interrupts. -1 with errno. */
int output_write(int fd, const void *bytes, size_t length);

#endif
