/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_SUITE_H
#define XEN_RUNC_TEST_SUITE_H

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* A case is a function; a check that fails ends it. */
struct test_case {
	const char *name;
	void (*run)(void);
};

extern jmp_buf suite_failed;

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("  %s:%d: %s (errno: %s)\n", __FILE__, __LINE__, #condition,        \
			       strerror(errno));                                                   \
			longjmp(suite_failed, 1);                                                  \
		}                                                                                  \
	} while (0)

/* `call` fails with `error`. */
#define CHECK_ERROR(error, call)                                                                   \
	do {                                                                                       \
		errno = 0;                                                                         \
		CHECK((call) < 0 && errno == (error));                                             \
	} while (0)

/* Runs all cases, or those whose names hold the words in $RULE. Prints the closing line; returns
 * the exit status. */
int suite_run(const struct test_case *cases);

#define CASE(function)                                                                             \
	{                                                                                          \
#function, function                                                                \
	}

#endif
