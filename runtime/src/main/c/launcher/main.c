/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "options.h"
#include "process.h"
#include "report.h"
#include "verb.h"

/* runc's exit code for a failed exec, which callers take for the runtime's and not the command's.
 */
#define EXIT_EXEC_FAILED 255

/* runc's exit code for a verb, or a topic of `help`, that there is not. */
#define EXIT_NO_VERB 3

/* A caller that gives none of 0-2 must not find a socket of ours in their place. */
static void descriptors_complete(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

static int launch(char **words, struct options *options, struct failure *failure)
{
	char root[PATH_MAX], libexec[PATH_MAX];
	int parsed = options_parse(words, options, failure);

	/* The error of a wrong option goes to the log too, if --log came before it. */
	if (report_open(options, parsed ? &(struct failure){ .status = 0 } : failure) || parsed)
		return -1;
	if (root_resolve(options->root, root, sizeof(root)))
		return failure_errno(failure, errno, "resolve --root \"%s\"", options->root);
	switch (answer_locally(options, root, failure)) {
	case ANSWER_DONE:
		return 0;
	case ANSWER_FAILED:
		return -1;
	case ANSWER_NO_VERB:
		report_error(failure);
		return EXIT_NO_VERB;
	case ANSWER_ENGINE:
		break;
	}
	if (libexec_find(true, libexec, sizeof(libexec)))
		return failure_errno(failure, errno, "find xen-runc's own programs");
	return verb_execute(options, root, libexec, failure);
}

int main(int argc, char **argv)
{
	struct options options = { .root = ROOT_DEFAULT, .log_format = "text" };
	struct failure failure = { .status = 0 };
	int code;

	(void)argc;
	descriptors_complete();
	signal(SIGPIPE, SIG_IGN);
	code = launch(argv + (argc > 0), &options, &failure);
	if (code >= 0)
		return code;
	report_error(&failure);
	if (options.verb && options.verb[0] && strcmp(options.verb[0], "exec") == 0)
		return EXIT_EXEC_FAILED;
	return 1;
}
