/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_FAILURE_H
#define XEN_RUNC_HOST_FAILURE_H

/* Where in the source something was said. */
struct place {
	const char *function, *file; /* NULL = not known */
	int line;
};

#define PLACE ((struct place){ __func__, __FILE__, __LINE__ })

/* Why something could not be done: an errno for the program, one line for a person, and where it
 * was found. */
struct failure {
	int status;
	char text[1024];
	struct place place;
};

/* Fills `failure` and returns -1, so that a function can end with it. The text is made of the
 * format alone, or, with failure_errno, of the format, a colon and the errno's words. */
#define failure_set(failure, status, ...) failure_set_at(PLACE, failure, status, __VA_ARGS__)
#define failure_errno(failure, status, ...) failure_errno_at(PLACE, failure, status, __VA_ARGS__)

int failure_set_at(struct place place, struct failure *failure, int status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int failure_errno_at(struct place place, struct failure *failure, int status, const char *format,
		     ...) __attribute__((format(printf, 4, 5)));

/* Adds a colon and a cause to a failure. Returns -1, too. */
int failure_append(struct failure *failure, const char *cause);

/* Makes what a program said fit to stand in a failure: its first line that says something, with
 * '?' for control characters. */
void words_clean(char *words);

/* strerror(3), but without the words that dockerd takes for a missing or forbidden command: it
 * turns any create error that holds "no such file or directory" into exit code 127 and "permission
 * denied" into 126 (moby daemon/errors.go, setExitCodeFromError). */
const char *errno_text(int status);

#endif
