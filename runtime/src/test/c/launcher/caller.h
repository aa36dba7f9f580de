/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_CALLER_H
#define XEN_RUNC_TEST_CALLER_H

#include <sys/types.h>

#include "talk.h"
#include "test.h"

#define LAUNCHER TREE "/sbin/xen-runc"
#define LIBEXEC TREE "/lib/xen-runc"
#define RUN_DIRECTORY "/run/xen-runc"
#define ENGINE_SOCKET RUN_DIRECTORY "/engine.sock"

/* A launcher that was called, with pipes as its stdin, stdout and stderr. */
struct call {
	pid_t pid;
	int input, output, errors;
	int code;		   /* its exit code, once it has ended */
	char out[8192], err[8192]; /* what it said until every holder of the pipe had closed it */
};

/* Arguments after the program's name, ended by NULL. */
void call_begin(struct call *call, const char *const *arguments);
/* Waits for the launcher and for the ends of its output. False if one does not come. */
bool call_end(struct call *call);
/* Both. */
bool call_run(struct call *call, const char *const *arguments);
#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The test plays the engine: listens, and takes the next launcher's HELLO and VERB. */
int engine_listen(void);
bool engine_accept(struct talk *engine, int listener);
/* RESULT with a code and, unless NULL, OUTPUT and TEXT. */
bool engine_result(struct talk *engine, uint32_t code, const char *output, const char *text);

/* The whole of a small file as text; "" without it. Static storage. */
const char *file_text(const char *path);
bool file_write(const char *path, const char *text);

#endif
