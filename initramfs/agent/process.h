/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_PROCESS_H
#define XEN_RUNC_AGENT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "container.h"
#include "loop.h"
#include "payload.h"
#include "stream.h"
#include "watch.h"

enum process_state {
	PROCESS_FREE,	  /* the number may be used */
	PROCESS_STARTING, /* forked; execve has neither succeeded nor failed yet */
	PROCESS_FAILED,	  /* execve failed; the REPLY waits until the child is reaped, so that the
			   * number can be used again at once */
	PROCESS_RUNNING,
	PROCESS_GONE, /* reaped; its output may still drain */
};

/* A process that the host asked for, with its streams. */
struct process {
	enum process_state state;
	uint32_t number;
	pid_t pid;
	uint32_t code;	/* once it is gone */
	int64_t leaves; /* then: when its output is ended, though others hold it */
	uint32_t request;
	uint32_t failure; /* STATUS of the REPLY, with `failure_text` */
	char failure_text[512];
	struct watch report; /* from the child, until execve */
	struct input input;
	struct output output[2]; /* stdout (or the terminal), stderr */
	int waiting[2];		 /* their descriptors until execve has succeeded; else -1 */
	struct sender exited;	 /* tells its exit */
};

/* All processes, and when the loop has to see to them. */
struct processes {
	struct process table[PROCESS_MAX + 1]; /* by number; [0] is never used */
	uint32_t leaving; /* exec'd processes that are gone, their exit perhaps not told */
	int64_t deadline; /* when processes_advance has something to do; -1 = never */
};

/* RUN. Replies now if it cannot even be forked, else when execve has succeeded or failed. */
void process_run(struct loop *loop, struct processes *processes, struct container *container,
		 uint32_t request, struct payload payload);
/* SIGNAL of one process or of all. */
void process_signal(struct loop *loop, struct processes *processes, struct container *container,
		    uint32_t request, struct payload payload);
/* RESIZE. */
void process_resize(struct loop *loop, struct processes *processes, uint32_t request,
		    struct payload payload);

/* The process with this number if it is in use. */
struct process *process_find(struct processes *processes, uint32_t number);
/* The child `pid` was reaped with this wait status: it may be one of them. */
void processes_reaped(struct loop *loop, struct processes *processes, pid_t pid, int status);
/* Each turn of the loop: tells the exits of exec'd processes whose output has ended, and ends the
 * output of those that are gone for long enough. */
void processes_advance(struct loop *loop, struct processes *processes);
/* True if every process is reaped, all output is sent, and all exits but the main process's are
 * told. `cut`: ends all output that is still open. */
bool processes_drained(struct loop *loop, struct processes *processes, bool cut);
/* Tells the main process's exit, if there was one, behind the ends of its output: the last frame.
 */
void processes_leave(struct loop *loop, struct processes *processes);

#endif
