/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_HANDLE_H
#define XEN_RUNC_FILESERVER_HANDLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "node.h"

#define HANDLES_MAX (1u << 16) /* a guest that opens more gets EMFILE */

/* A file or directory that a process of the guest has open. It holds its node. */
struct handle {
	uint64_t id; /* generation << 32 | slot */
	struct node *node;
	int fd;
	bool directory;
	bool released;
	unsigned int pins;
	/* a directory's: where its descriptor stands; the lock is for who moves it */
	pthread_mutex_t position_lock;
	uint64_t position;
	struct handle *next; /* free list */
};

/* Makes a handle of `fd` and takes it; closes it on failure. The caller holds `node`.
 * Returns 0 or an errno. */
int handle_open(struct node *node, int fd, bool directory, uint64_t *id);

/* Finds handle `id`, opened on node `node_id` of `export`, and holds it until handle_put.
 * Returns 0, or an errno and NULL. */
int handle_get(const struct export *export, uint64_t id, uint64_t node_id, bool directory,
	       struct handle **handle);
void handle_put(struct handle *handle);

/* The guest has closed it. Returns 0 or an errno. */
int handle_release(const struct export *export, uint64_t id, bool directory);
/* The guest has closed all handles of `export`. */
void handle_release_all(const struct export *export);

#endif
