/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_FILES_H
#define XEN_RUNC_AGENT_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "inheritance.h"
#include "notifier.h"
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
	uint32_t window; /* bytes that may still be sent */
	bool ready;	 /* the kernel may have a request */
	uint8_t *reply;	 /* FILES_MESSAGE_MAX bytes for a message in several frames */
	uint32_t reply_length;
};

/*
 * The pump between /dev/fuse and the host. A request is read only when its export's window has
 * room for the largest, so that a request once begun can always be finished: no export has to wait
 * for another.
 */
struct files {
	struct export exports[EXPORT_MAX]; /* by number */
	/* By number, until the container's main process has them; then their fd is -1. */
	struct export_mount mounts[EXPORT_MAX];
	uint32_t limit; /* numbers in use are below it */
	uint32_t turn;	/* the export that is asked first */
	struct sender sender;
	uint8_t request[FILES_MESSAGE_MAX];
	uint32_t start, end; /* the part of `request` still to be sent */
	uint32_t requester;  /* the number of its export */
	struct notifier notifier;
};

/* Makes a FUSE mount for every EXPORT of a PREPARE. 0, or an errno with `what` failed. */
int files_open(struct loop *loop, struct files *files, struct payload prepare, const char **what);
/* The mounts now belong to the container. */
void files_mounted(struct files *files);
/* Closes every connection: a process that waits for a file gets ENOTCONN. Safe to call again. */
void files_abort(struct files *files);

/* Frames from the host; false if it has broken the protocol. */
bool files_data(struct files *files, uint32_t number, const uint8_t *bytes, uint32_t length);
bool files_window(struct loop *loop, struct files *files, uint32_t number, uint32_t bytes);
void files_end(struct files *files, uint32_t number);

#endif
