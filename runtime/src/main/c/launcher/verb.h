/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_VERB_H
#define XEN_RUNC_LAUNCHER_VERB_H

#include <stdbool.h>
#include <sys/types.h>

#include "field.h"
#include "message.h"
#include "options.h"
#include "terminal.h"

/* One verb's connection to the engine: docs/protocol.md "Launcher and engine". */
struct verb_run {
	int engine;
	const char *libexec;
	struct inbox inbox;
	struct field_writer reply; /* the answer to the order at hand */
	pid_t child;		   /* the monitor or session that this verb forked, 0 = none */
	int child_watch;	   /* its pidfd */
	struct terminal terminal;  /* what this verb made for it */
	bool foreground; /* the launcher stays until the child exits, and exits as it does */
	char **after;	 /* the verb to run when it has, NULL = none */
};

/*
 * Has the engine run the verb, executes its orders, and writes the result. Returns the verb's exit
 * code; -1 with `failure` if there is no result to exit with.
 */
int verb_execute(const struct options *options, const char *root, const char *libexec,
		 struct failure *failure);

/*
 * The orders. Each takes its fields from a valid payload, puts what the REPLY holds besides STATUS
 * 0 into run->reply, and returns 0, or -1 with `failure`, whose status and text then are the REPLY.
 */
typedef int order(struct verb_run *run, struct payload payload, struct failure *failure);

order order_read_file, order_resolve, order_write_pid_file; /* order_file.c */
order order_write_output, order_run_ps;			    /* order_output.c */
order order_run_hook;					    /* order_hook.c */
order order_spawn_monitor, order_spawn_session;		    /* order_spawn.c */
order order_send_console;				    /* order_console.c */
order order_compile_seccomp;				    /* order_seccomp.c */

#endif
