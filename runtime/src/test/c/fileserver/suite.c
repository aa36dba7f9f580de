/* SPDX-License-Identifier: Apache-2.0 */
#include "suite.h"

#include <unistd.h>

#define SECONDS_MAX 60u

jmp_buf suite_failed;

int suite_run(const struct test_case *cases, const char *only)
{
	volatile unsigned int passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; cases->name; cases++) {
		if (only && strcmp(only, cases->name))
			continue;
		/* A case that hangs ends the program by SIGALRM. */
		alarm(SECONDS_MAX);
		if (setjmp(suite_failed)) {
			printf("FAILED %s\n", cases->name);
			failed++;
			continue;
		}
		cases->run();
		passed++;
	}
	alarm(0);
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
