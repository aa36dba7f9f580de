/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_CONTAINER_H
#define XEN_RUNC_AGENT_CONTAINER_H

#include <stdint.h>
#include <sys/types.h>

#include "payload.h"
#include "watch.h"

struct agent;

enum container_state {
	CONTAINER_NONE,
	CONTAINER_PREPARING,
	CONTAINER_FAILED, /* PREPARE failed: the REPLY waits until the child is reaped */
	CONTAINER_PREPARED,
	CONTAINER_STARTED, /* RUN of the main process was sent to the child, which becomes it */
	CONTAINER_GONE,	   /* its first process is reaped, and with it all in its pid namespace */
};

/* The container, of which there is one: the child that prepares it and becomes its process 1. */
struct container {
	enum container_state state;
	pid_t pid;
	int pidfd;
	uint32_t request;    /* of the PREPARE under way */
	struct watch report; /* its packets, until it is started */
	uint32_t failure;
	char failure_text[512];
	int proc_fd;	      /* the agent's own /proc, which no mount of the container covers */
	int pid_namespace;    /* the agent's own */
	int cgroup_parent;    /* directory */
	bool cgroup_borrowed; /* in a tree of the host's, for the native tests */
	char cgroup_name[32];
	int cgroup_fd;	     /* the container's cgroup */
	int mount_namespace; /* held so that its file systems can be unmounted after it */
	pid_t unmounter;
};

/* PREPARE. */
void container_prepare(struct agent *agent, uint32_t request, struct payload payload);
/* Its first process was reaped. */
void container_reaped(struct agent *agent);

/* Opens `path`, or else this machine's cgroup2 tree, as the parent of the container's. -1 with
 * errno. */
int cgroup_open(struct container *container, const char *path);
/* Makes the container's cgroup, with the rules for its devices. 0, or an errno with `what`. */
int cgroup_make(struct container *container, struct payload prepare, const char **what);
/* The directory of the cgroup that the container's first process is in: below the container's own
 * if it has moved, as a system in a container does before it limits groups. -1 with errno. */
int cgroup_of_first(const struct container *container);
/* SIGKILL to everything in it. */
void cgroup_kill(const struct container *container);
void cgroup_remove(struct container *container);

/* Attaches a program that allows the devices of every container and those that PREPARE names.
 * 0, or an errno. */
int device_rules_attach(int cgroup_fd, struct payload prepare);
/* Attaches a program to the container's parent, of which the container has no path, so that it
 * cannot take it away, as with CAP_SYS_ADMIN it can its own (but see docs/spec-conformance.md on
 * file handles): what is forbidden to every container. From then on no one opens it, the agent
 * neither. 0, or an errno. */
int device_rules_guard(int cgroup_fd);

/* Starts the child that unmounts the container's file systems. -1 with errno. */
int unmounter_start(struct agent *agent);

#endif
