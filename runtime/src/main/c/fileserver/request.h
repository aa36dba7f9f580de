/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_REQUEST_H
#define XEN_RUNC_FILESERVER_REQUEST_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export.h"
#include "handle.h"
#include "node.h"
#include "operation.h"

/* The most data of one READ or WRITE: 32 pages, the kernel's own default for a request. */
#define TRANSFER_MAX 131072u
/* The longest message of the guest: a WRITE with its headers, and room for larger headers of a
 * later kernel. docs/protocol.md tells it to the agent. */
#define MESSAGE_MAX (TRANSFER_MAX + 4096u)
#define REPLY_MAX (sizeof(struct fuse_out_header) + TRANSFER_MAX)

/* A private copy of one message. */
struct message {
	size_t length; /* bytes so far */
	struct message *next;
	_Alignas(16) uint8_t bytes[MESSAGE_MAX];
};

/* The answer being made: a fuse_out_header and what follows it. */
struct reply {
	size_t length;
	_Alignas(16) uint8_t bytes[REPLY_MAX];
};

/* One message, decoded as its operation's line in operation.c says, while a worker serves it. What
 * that line does not name is NULL. */
struct request {
	struct export *export;
	struct fuse_in_header header;
	const void *in; /* the struct that follows the header */
	const char *name;
	const char *target; /* RENAME's new name, or what a symbolic link holds */
	const void *data;   /* of the length that the struct says */
	/* request.c holds these until the operation has returned. */
	struct node *node, *other_node;
	struct handle *handle, *other_handle;
	struct reply *reply;
	const char *nonsense; /* why no kernel sends such a message */
};

/* Sets why, and returns REQUEST_NONSENSE. */
int request_nonsense(struct request *request, const char *why);

/* Adds `size` zero bytes to the reply, and returns them. The caller knows that they fit. */
void *reply_take(struct request *request, size_t size);
/* How many bytes still fit. */
size_t reply_room(const struct request *request);

/* Serves one whole message. The reply is then in `reply`; its length is 0 if there is none. Returns
 * false if the guest broke the protocol: then the caller must close the export's stream. */
bool request_serve(struct export *export, const struct message *message, struct reply *reply);

#endif
