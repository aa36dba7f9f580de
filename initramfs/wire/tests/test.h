/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_TEST_H
#define XEN_RUNC_WIRE_TEST_H

#include <stdio.h>
#include <stdlib.h>

/* One rule and the function that can fail it. */
struct test {
	const char *rule;
	void (*run)(void);
};

/* Set by EXPECT, counted by test_run_all. */
extern int test_failures;

#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s (errno %m)\n", __FILE__, __LINE__,      \
				#condition);                                                       \
			test_failures++;                                                           \
		}                                                                                  \
	} while (0)

/* For what the rest of a test cannot do without. */
#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		EXPECT(condition);                                                                 \
		if (test_failures)                                                                 \
			return;                                                                    \
	} while (0)

/* Runs every test, or those whose rule holds the words in $RULE; prints "FILE: N passed, N failed";
 * the exit status. */
int test_run_all(const char *file, const struct test *tests, size_t count);

#endif
