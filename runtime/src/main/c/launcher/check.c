/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon.h"
#include "flags.h"
#include "process.h"

int check_execute(char **words, struct failure *failure)
{
	static char *environment[] = { ENGINE_PATH, ENGINE_LANG, NULL };
	char libexec[PATH_MAX], program[PATH_MAX];
	char *arguments[] = { program, NULL };

	if (flags_parse(NULL, 0, &words, NULL, failure))
		return -1;
	if (*words)
		return failure_set(failure, EINVAL, "\"check\" requires exactly 0 argument(s)");
	if (libexec_find(true, libexec, sizeof(libexec)))
		return failure_errno(failure, errno, "find xen-runc's own programs");
	if ((size_t)snprintf(program, sizeof(program), "%s/check", libexec) >= sizeof(program))
		return failure_errno(failure, ENAMETOOLONG, "run check");
	signals_reset();
	execve(program, arguments, environment);
	return failure_errno(failure, errno, "run %s", program);
}
