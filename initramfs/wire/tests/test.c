/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "test.h"

int test_failures;

int test_run_all(const char *file, const struct test *tests, size_t count)
{
	const char *words = getenv("RULE");
	size_t run = 0, failed = 0;

	for (size_t i = 0; i < count; i++) {
		if (words && *words && !strstr(tests[i].rule, words))
			continue;
		run++;
		test_failures = 0;
		tests[i].run();
		if (test_failures) {
			fprintf(stderr, "FAILED %s: %s\n", file, tests[i].rule);
			failed++;
		}
	}
	if (run == 0)
		fprintf(stderr, "FAILED %s: no rule holds the words \"%s\"\n", file, words);
	printf("%s: %zu passed, %zu failed\n", file, run - failed, failed);
	return failed || run == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
