/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_OPTIONS_H
#define XEN_RUNC_LAUNCHER_OPTIONS_H

#include <stdbool.h>

#include "failure.h"

#define ROOT_DEFAULT "/run/xen-runc/state"

/* runc's global options; a repeated one counts as it was given last. */
struct options {
	const char *root;
	const char *log;
	const char *log_format;
	bool debug, systemd_cgroup, help, version;
	char **verb; /* what follows the options: the verb and its arguments, ended by NULL */
};

/*
 * Parses what stands before the verb, by the rules of flags.h. Whatever was understood before a
 * failure is in `options` already.
 */
int options_parse(char **words, struct options *options, struct failure *failure);

#endif
