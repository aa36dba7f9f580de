/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <stddef.h>

#include "flags.h"

static const struct flag flags[] = {
	{ "debug", FLAG_BOOLEAN, offsetof(struct options, debug) },
	{ "help", FLAG_BOOLEAN, offsetof(struct options, help) },
	{ "h", FLAG_BOOLEAN, offsetof(struct options, help) },
	{ "log", FLAG_TEXT, offsetof(struct options, log) },
	{ "log-format", FLAG_TEXT, offsetof(struct options, log_format) },
	{ "root", FLAG_TEXT, offsetof(struct options, root) },
	/* Every call is root's here, so the value changes nothing; a wrong one is still an error.
	 */
	{ "rootless", FLAG_THREE_WAY, 0 },
	{ "systemd-cgroup", FLAG_BOOLEAN, offsetof(struct options, systemd_cgroup) },
	{ "version", FLAG_BOOLEAN, offsetof(struct options, version) },
	{ "v", FLAG_BOOLEAN, offsetof(struct options, version) },
};

int options_parse(char **words, struct options *options, struct failure *failure)
{
	if (flags_parse(flags, sizeof(flags) / sizeof(flags[0]), &words, options, failure))
		return -1;
	options->verb = words;
	return 0;
}
