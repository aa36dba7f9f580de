/* SPDX-License-Identifier: Apache-2.0 */
#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "flags.h"
#include "report.h"
#include "texts.h"

#define SPEC_NAME "config.json"

struct spec_options {
	const char *bundle;
	bool rootless;
};

static const struct flag flags[] = {
	{ "bundle", FLAG_TEXT, offsetof(struct spec_options, bundle) },
	{ "b", FLAG_TEXT, offsetof(struct spec_options, bundle) },
	{ "rootless", FLAG_BOOLEAN, offsetof(struct spec_options, rootless) },
};

int spec_write(char **words, struct failure *failure)
{
	struct spec_options options = { .bundle = "" };
	int fd, failed;

	if (flags_parse(flags, sizeof(flags) / sizeof(flags[0]), &words, &options, failure))
		return -1;
	if (*words)
		return failure_set(failure, EINVAL, "\"spec\" requires exactly 0 argument(s)");
	if (options.rootless)
		return failure_set(failure, ENOTSUP,
				   "rootless containers are not supported: only root may ask Xen "
				   "for domains");
	if (options.bundle[0] && chdir(options.bundle))
		return failure_errno(failure, errno, "chdir %s", options.bundle);
	fd = open(SPEC_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 && errno == EEXIST)
		return failure_set(failure, EEXIST, "File %s exists. Remove it first", SPEC_NAME);
	if (fd < 0)
		return failure_errno(failure, errno, "open %s", SPEC_NAME);
	failed = output_write(fd, text_spec, (size_t)(text_spec_end - text_spec)) ? errno : 0;
	if (close(fd) && !failed)
		failed = errno;
	if (!failed)
		return 0;
	unlink(SPEC_NAME);
	return failure_errno(failure, failed, "write %s", SPEC_NAME);
}
