/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include <unistd.h>

#define SECONDS_MAX 60u

jmp_buf suite_failed;

static int case_run(const struct test_case *test)
{
	/* A case that hangs ends the program by SIGALRM. */
	alarm(SECONDS_MAX);
	if (setjmp(suite_failed))
		return 1;
	test->run();
	return 0;
}

int suite_run(const struct test_case *cases, const char *only)
{
	unsigned int passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; cases->name; cases++) {
		if (only && strcmp(only, cases->name))
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
