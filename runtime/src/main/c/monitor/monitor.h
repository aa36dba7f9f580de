/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_MONITOR_H
#define XEN_RUNC_MONITOR_MONITOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "channel.h"
#include "field.h"
#include "frame.h"
#include "netsettings.h"
#include "payload.h"
#include "protocol.h"
#include "query.h"
#include "queue.h"

/*
 * One monitor, after its set-up: peers (the guest's agent, the engine, the file server,
 * sessions, whoever holds the other ends of the container's streams), one thread, one poll loop,
 * nothing that blocks. What comes from a peer is taken frame by frame, and only when its
 * destination has room; so every queue is bounded, and a slow peer slows down only who talks to it.
 */

/* Frames taken from one peer before the others get their turn. */
#define TURN_FRAMES 16

#define TO_GUEST_SIZE 131072
#define TO_ENGINE_SIZE 262144
/* One window an export would be the bound; a guest that fills more than this waits instead. */
#define TO_SERVER_SIZE (16u << 20)
#define REQUESTS_SIZE (MESSAGE_MAX_TO_AGENT + (1u << 20))
#define REQUESTS_MAX 32

#define HELLO_MS 30000	   /* from CONNECT to the agent's HELLO */
#define ORPHAN_MS 60000	   /* without an engine, before a guest was joined */
#define LOST_MS 10000	   /* from LOST to the exit, unless the engine says STOP */
#define DRAIN_MS 10000	   /* of a process that is gone, without a byte of its output taken */
#define STOP_DRAIN_MS 2000 /* same after STOP */

enum phase {
	PHASE_WAITING,	/* for CONNECT */
	PHASE_GREETING, /* joined; the agent's HELLO is awaited */
	PHASE_SERVING,
	PHASE_LOST,   /* the guest or the file server is gone or not to be trusted */
	PHASE_ENDING, /* the exit code is known; output is still being written */
};

/* What a peer's frame led to. */
enum verdict {
	TAKEN,
	HELD,	/* its destination has no room: the same frame again later */
	BROKEN, /* the peer broke the protocol, `monitor->reason` says how */
};

/* Frames of one peer. A held frame's payload stays in the reader's buffer. */
struct source {
	struct frame_reader reader;
	struct frame frame;
	const uint8_t *payload;
	bool held;
	const char *peer; /* whose frames they are */
};

/* A descriptor of a peer and what poll(2) has said of it; cleared by EAGAIN. */
struct peer {
	int fd; /* -1 = none */
	bool readable, writable;
};

/* A process's stdin. */
struct input {
	struct peer peer;
	bool socket;
	uint32_t window; /* bytes that the agent takes now */
	bool ended;	 /* END was sent, or nothing more is to be read */
};

/* A process's stdout or stderr. */
struct output {
	struct peer peer;
	bool socket, nonblocking;
	struct queue queue;
	uint32_t window;  /* bytes that the agent may still send */
	uint32_t granted; /* bytes written and not yet given back to the agent */
	bool ended, gone; /* no more comes; nobody reads */
};

/* A process of the container. */
struct process {
	uint32_t number;
	bool asked;    /* its RUN is on the way */
	bool running;  /* execve has succeeded */
	bool exited;   /* with `code`; what it has written may still be on the way to its readers */
	bool terminal; /* its stdin and stdout are one, and it has no stderr */
	bool resized;  /* the terminal's size is to be told */
	int code;
	/* When output was last taken from us, or the wait for that began: with the output or, if
	 * the agent never had to hold any back, with the exit. */
	int64_t taken;
	int drain_ms; /* how long after that the rest is dropped, once it has exited */
	uint64_t signals_pending;
	struct peer session; /* who stands for it in dom0; the main process needs nobody */
	struct input input;
	struct output output, errors;
};

/* One export's stream. */
struct export
{
	uint32_t window; /* bytes that the guest may still send */
	bool ended;	 /* by the guest */
};

enum request_owner { REQUEST_FREE, REQUEST_ENGINE, REQUEST_NOBODY };

/* A request on its way to the agent. The agent sees numbers of the monitor's own, so that the
 * answer to an engine that is gone cannot be taken for one to its successor. */
struct request {
	enum request_owner owner;
	uint8_t type;
	uint32_t number, engine_number;
	uint32_t starts; /* the process that a RUN starts; 0 = it is none */
};

/* The message of several frames that the engine is sending. */
struct assembly {
	bool open, refused;
	uint8_t type;
	uint32_t engine_number;
	size_t length; /* bytes of it at the end of `requests`, not yet to be sent */
	struct request *request;
};

/* Events of the container's network namespace. */
struct netwatch {
	int fd;
	bool changed; /* the engine is to be told, when it is quiet or the burst has lasted long */
	int64_t quiet, burst_end;
};

/* The guest's queries for names. Of these memory it uses 8.5 MiB at most, when as many answers of
 * 64 KiB wait for a guest that does not read; and one that does not read loses refusals. */
struct resolver {
	bool found;   /* the container's network namespace has a resolver, or had */
	int epoll_fd; /* wakes when a query's socket does */
	struct query queries[DNS_QUERIES_MAX];
	uint32_t open;	       /* how many are not free */
	struct query *sending; /* whose answer is cut, and sent in part */
	uint32_t refused[DNS_QUERIES_MAX], refused_count; /* to be told */
	int64_t allowance, allowed_at; /* thousandths of queries; when it was reckoned */
};

struct monitor {
	enum phase phase;
	int exit_code;
	int64_t phase_deadline, orphan_deadline;
	char reason[256];
	uint64_t netns_inode;

	struct channel *channel;
	struct peer guest; /* its fd is the channel's */
	struct peer engine, server, listener, sessions, signals;
	struct source from_guest, from_engine, from_server;
	struct queue to_guest, to_engine, to_server;
	struct queue requests; /* whole messages for the agent, behind them the assembly's part */
	struct assembly assembly;
	struct request table[REQUESTS_MAX];
	uint32_t next_number;

	int gntdev, evtchn; /* -1 = no Xen here, or given to the channel */
	int clock_watch;    /* wakes when dom0's clock is set */
	struct netwatch netwatch;
	struct netsettings netsettings;
	int agents; /* without Xen: the folder where agents listen */
	pid_t server_pid;
	int server_watch;

	bool engine_greeted, was_joined;
	bool clock_set, time_asked; /* the guest is to be told */
	bool oom_told;		    /* the engine knows `oom_kills` */
	uint64_t oom_kills;	    /* as the guest counts them */
	uint32_t connect_number;    /* the CONNECT to be answered, 0 = none */

	struct process *processes[PROCESS_MAX + 1]; /* by number, [0] is never used */
	uint32_t processes_top;			    /* the highest number in use */
	uint32_t exports;
	struct export export[EXPORT_MAX];
	struct resolver resolver;
};

/* Names the broken rule; returns BROKEN. */
enum verdict protocol_broken(struct monitor *monitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the next frame of a source, the held one first. */
enum frame_status source_next(struct source *source);

#endif
