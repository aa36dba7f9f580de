/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_FLAGS_H
#define XEN_RUNC_LAUNCHER_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

/*
 * Flags as Go's flag package reads them for runc: one dash or two, a value after `=` or, for those
 * that are not boolean, in the next word; "--" or the first word without a dash ends them.
 */

enum flag_kind {
	FLAG_BOOLEAN,	/* into a bool */
	FLAG_TEXT,	/* into a const char * */
	FLAG_THREE_WAY, /* "true", "false" or "auto", into nothing */
};

struct flag {
	const char *name; /* without dashes */
	enum flag_kind kind;
	size_t offset; /* of the member to set */
};

/*
 * Reads the flags at the front of `*words`, which ends with NULL, into the members of `values`, and
 * leaves `*words` behind them. A repeated flag counts as it was given last; whatever was understood
 * before a failure is set.
 */
int flags_parse(const struct flag *flags, size_t count, char ***words, void *values,
		struct failure *failure);

#endif
