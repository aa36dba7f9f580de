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
 * Parses what stands before the verb as Go's flag package does for runc: one dash or two, a value
 * after `=` or, for those that are not boolean, in the next word; "--" or the first word without a
 * dash ends the options. Whatever was understood before a failure is in `options` already.
 */
int options_parse(char **words, struct options *options, struct failure *failure);

/*
 * A cursor over a verb's words by the same rules, for verbs whose flags are all boolean. Takes the
 * next flag: its name without dashes and its value. 0 = flags are over, -1 = not that simple.
 */
int flag_next(char ***words, const char **name, bool *value);

#endif
