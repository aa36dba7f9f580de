/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp: a profile as the fields of COMPILE_SECCOMP on stdin, its program of struct sock_filter
 * on stdout. Or exit code 1 and one line on stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "profile.h"
#include "protocol.h"

static uint8_t input[MESSAGE_MAX_TO_ENGINE];
static struct sock_filter program[PROGRAM_MAX];

int main(void)
{
	struct failure failure = { .status = 0 };
	size_t length = fread(input, 1, sizeof(input), stdin);
	int count;

	if (!feof(stdin)) {
		fputs("the seccomp profile cannot be read\n", stderr);
		return EXIT_FAILURE;
	}
	count = profile_compile(input, length, program, &failure);
	if (count < 0) {
		fprintf(stderr, "%s\n", failure.text);
		return EXIT_FAILURE;
	}
	if (fwrite(program, sizeof(*program), (size_t)count, stdout) != (size_t)count ||
	    fflush(stdout) != 0) {
		fputs("the seccomp program cannot be written\n", stderr);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
