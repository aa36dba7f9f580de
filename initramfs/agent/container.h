/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_CONTAINER_H
#define XEN_RUNC_AGENT_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cgroup.h"
#include "files.h"
#include "inheritance.h"
#include "oom.h"
#include "payload.h"
#include "watch.h"

struct loop;

enum container_state {
	CONTAINER_NONE,
	CONTAINER_PREPARING,
	CONTAINER_FAILED, /* PREPARE failed: the REPLY waits until the child is reaped */
	CONTAINER_PREPARED,
	CONTAINER_STARTED, /* RUN was sent to the child that has prepared the container */
	CONTAINER_GONE,	   /* its main process is reaped, and with it all in its pid namespace */
};

/* The container, of which there is one: the child that prepares it and becomes its main process. */
struct container {
	enum container_state state;
	pid_t pid; /* of the main process; 0 = there is none */
	int pidfd;
	uint32_t request;    /* of the PREPARE under way */
	struct watch report; /* packets of the child that prepares, until it is sent RUN */
	uint32_t failure;    /* STATUS of PREPARE's REPLY, with `failure_text` */
	char failure_text[512];
	int proc_fd;	     /* the agent's own /proc, which no mount of the container covers */
	int pid_namespace;   /* the agent's own */
	int mount_namespace; /* held so that its file systems can be unmounted after it */
	pid_t unmounter;     /* the child that does; 0 = there is none */
	struct cgroup cgroup;
	struct files files;
	struct oom oom;
};

/* Opens what the agent needs before there is a container; `cgroup` as of cgroup_open. -1 with
 * errno. */
int container_init(struct container *container, const char *cgroup);
/* PREPARE. */
void container_prepare(struct loop *loop, struct container *container, uint32_t request,
		       struct payload payload);
/* There is a container that can be asked for something, and it is not ending. */
bool container_stands(const struct loop *loop, const struct container *container);
/* What its children get. */
struct inheritance container_inheritance(const struct loop *loop,
					 const struct container *container);
/* Its main process was reaped. */
void container_reaped(struct loop *loop, struct container *container);
/* Starts the child that unmounts its file systems. -1 with errno. */
int unmounter_start(struct container *container);

#endif
