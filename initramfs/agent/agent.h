/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_AGENT_H
#define XEN_RUNC_AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "container.h"
#include "files.h"
#include "frame.h"
#include "message.h"
#include "outbox.h"
#include "process.h"
#include "resources.h"
#include "timekeeping.h"
#include "watch.h"

enum phase {
	PHASE_SERVING, /* requests are carried out */
	PHASE_ENDING,  /* processes end, streams drain, file systems are unmounted */
	PHASE_LEAVING, /* the last frame is on its way */
	PHASE_OVER,
};

/* Everything the loop knows. There is one, in static memory: the loop allocates nothing. */
struct agent {
	struct channel *channel; /* NULL once it is gone */
	bool greeted;		 /* the host's HELLO has come */
	bool owns_machine;	 /* it is a guest: clock and settings are the agent's to set */
	struct frame_reader reader;
	struct messages messages;
	struct outbox outbox;
	int epoll_fd;
	struct watch signals;
	enum phase phase;
	int64_t deadline; /* of the phase, in agent_now's milliseconds */
	struct container container;
	struct files files;
	struct stats stats;
	struct task update, network;
	struct oom oom;
	struct timekeeping timekeeping;
	struct process processes[PROCESS_MAX + 1]; /* by number; [0] is never used */
	uint32_t leaving; /* processes by exec that are gone and have not been told of yet */
};

/* Sets up what the loop needs of the kernel: signals, epoll, locked memory. -1 with errno. */
int agent_init(struct agent *agent, struct channel *channel, const char *cgroup);
/* The loop, until the container has ended and the host knows it, or the host is gone. */
void agent_run(struct agent *agent);

/* A clock that does not jump, in milliseconds. */
int64_t agent_now(void);

/* Carries one frame out; false if the host has broken the protocol. */
bool agent_frame(struct agent *agent, const struct frame *frame, const uint8_t *payload);

/* Answers a request; STATUS 0 means done, else `text` says what failed. */
void agent_reply(struct agent *agent, uint32_t request, uint32_t status, const char *text);

/* The container ends: kill what lives, drain, unmount, tell, leave. Safe to call again. */
void ending_begin(struct agent *agent);
/* Takes the next step of the ending that is possible now. */
void ending_advance(struct agent *agent);
/* Something was sent: an ending under way is not stuck. */
void ending_progress(struct agent *agent);
/* The host is gone: nothing more can be told or served. */
void ending_without_host(struct agent *agent);

/* Reaps every child that is gone. */
void reap_children(struct agent *agent, struct watch *watch);

#endif
