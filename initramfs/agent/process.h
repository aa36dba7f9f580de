/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_PROCESS_H
#define XEN_RUNC_AGENT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

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
	int64_t leaves; /* then: when its outputs are left to who else holds them */
	uint32_t request;
	uint32_t failure; /* STATUS of the REPLY, with `failure_text` */
	char failure_text[512];
	struct watch report; /* from the child, until execve */
	struct input input;
	struct output output[2]; /* stdout (or the terminal), stderr */
	int waiting[2];		 /* their descriptors until execve has succeeded; else -1 */
	struct source exited;	 /* has one frame when the streams have ended */
};

/* RUN. Replies now if it cannot even be forked, else when execve is through. */
void process_run(struct agent *agent, uint32_t request, struct payload payload);
/* SIGNAL of one process or of all, RESIZE. */
void process_signal(struct agent *agent, uint32_t request, struct payload payload);
void process_resize(struct agent *agent, uint32_t request, struct payload payload);

/* The process with this number if it is in use. */
struct process *process_find(struct agent *agent, uint32_t number);
/* Its child was reaped with wait status `status`. */
void process_reaped(struct agent *agent, struct process *process, int status);
/* An output stream has ended: perhaps the exit can be told now. */
void process_output_ended(struct agent *agent, uint32_t number);
/* Leaves the outputs of processes that are gone for long enough. */
void processes_advance(struct agent *agent);
/* When that is to be called again, in agent_now's milliseconds; -1 if nothing is waited for. */
int64_t processes_deadline(const struct agent *agent);
/* Ends every stream of the process now, whoever still holds the other end. */
void process_cut(struct agent *agent, struct process *process);

#endif
