/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_FILES_H
#define XEN_RUNC_AGENT_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "outbox.h"
#include "payload.h"
#include "protocol.h"
#include "watch.h"

/* The largest FUSE message either way: 128 KiB of data and what stands before it. */
#define FILES_DATA_MAX (128u << 10)
#define FILES_MESSAGE_MAX (FILES_DATA_MAX + 4096u)

/* A host file tree, or file, as a FUSE connection. */
struct export
{
	struct watch watch; /* /dev/fuse */
	uint32_t number;
	uint32_t mode;	 /* st_mode of its root */
	int mount_fd;	 /* the mount, until the container's first process has it */
	uint32_t window; /* bytes that may still be sent */
	bool ready;	 /* the kernel may have a request */
	uint8_t *reply;	 /* FILES_MESSAGE_MAX bytes for a message in several frames */
	uint32_t reply_length;
};

/*
 * The pump between /dev/fuse and the host. A request is read only when its export's window has
 * room for the largest, so that one that was begun can always be finished: exports never stand in
 * each other's way.
 */
struct files {
	struct export exports[EXPORT_MAX]; /* by number */
	uint32_t limit;			   /* numbers in use are below it */
	uint32_t turn;			   /* who is asked first */
	struct source source;
	uint8_t request[FILES_MESSAGE_MAX];
	uint32_t start, end; /* what is left of `request` */
	uint32_t requester;  /* whose it is */
	int notifier_fd;     /* see notifier.h */
	pid_t notifier;
};

/* Makes a FUSE mount for every EXPORT of a PREPARE. 0, or an errno with `what` failed. */
int files_open(struct agent *agent, struct payload prepare, const char **what);
/* The mounts now belong to the container. */
void files_mounted(struct files *files);
/* Closes every connection: whoever waits for a file gets ENOTCONN. */
void files_abort(struct agent *agent);

/* Frames from the host; false if it has broken the protocol. */
bool files_data(struct agent *agent, uint32_t number, const uint8_t *bytes, uint32_t length);
bool files_window(struct agent *agent, uint32_t number, uint32_t bytes);
void files_end(struct agent *agent, uint32_t number);

#endif
