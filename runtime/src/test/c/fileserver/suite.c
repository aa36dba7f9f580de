/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* A busy machine has been seen to need thirty times as long as an idle one. */
#define SECONDS_MAX 180u

jmp_buf suite_failed;

static const char *running;

/* A case that takes too long ends the program: what does not return may be the kernel. */
static void hung(int signal)
{
	static const char before[] = "TOO LONG: ";

	(void)signal;
	if (write(STDOUT_FILENO, before, sizeof(before) - 1) < 0 ||
	    write(STDOUT_FILENO, running, strlen(running)) < 0 || write(STDOUT_FILENO, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

static int case_run(const struct test_case *test)
{
	running = test->name;
	signal(SIGALRM, hung);
	alarm(SECONDS_MAX);
	if (setjmp(suite_failed))
		return 1;
	test->run();
	return 0;
}

/* Whether the words of $RULE are in its name, where spaces are underscores. */
static bool is_asked(const char *name)
{
	const char *rule = getenv("RULE");
	char words[256];

	if (!rule || !*rule)
		return true;
	snprintf(words, sizeof(words), "%s", rule);
	for (char *at = words; *at; at++)
		if (*at == ' ')
			*at = '_';
	return strstr(name, words);
}

int suite_run(const struct test_case *cases)
{
	unsigned int passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; cases->name; cases++) {
		if (!is_asked(cases->name))
			continue;
		if (case_run(cases)) {
			printf("FAILED %s\n", cases->name);
			failed++;
		} else {
			passed++;
		}
	}
	alarm(0);
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
