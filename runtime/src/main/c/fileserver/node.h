/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_NODE_H
#define XEN_RUNC_FILESERVER_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "node_struct.h"

/*
 * A node is a file that the guest knows by number: from the LOOKUP (or its like) that told the
 * number until the guest has forgotten it. A number is never used again.
 *
 * A node is an O_PATH descriptor, so it stays the same file whatever is renamed or unlinked. At
 * most NODE_FDS_MAX nodes have theirs: the one that was unused for longest is closed, and its next
 * user opens it again by its name in its parent. If another file lies there, the node is stale
 * (ESTALE), and the guest's kernel looks the name up afresh. A node with an open handle, or with no
 * link left, keeps its descriptor.
 */
#define NODE_FDS_MAX (1u << 15) /* each holds an inode and a dentry in the host's memory */

/* Sets how many nodes may be open, at most NODE_FDS_MAX. Comes before all else. */
void node_fds_limit(unsigned int count);

/* Makes the root of `export`. Returns 0 or an errno. */
int node_root(struct export *export);

/* Finds node `id` of `export` and holds it, open, until node_put. Returns 0, or an errno and NULL.
 */
int node_get(struct export *export, uint64_t id, struct node **node);
/* Holds a node once more that the caller holds already. */
void node_hold(struct node *node);
void node_put(struct node *node);

/* Opens `name`, one component, in the directory `fd` with O_PATH. -1 with errno. */
int node_resolve(int fd, const char *name);

/* Looks `name` up in the directory `parent`, which the caller holds, and counts the lookup. Fills
 * the file's status and the number that the guest is told. Returns 0 or an errno. */
int node_lookup(struct node *parent, const char *name, struct file_status *status, uint64_t *id);
/* The same for a file that was just made and opened; takes `fd`, an O_PATH descriptor. `name` is
 * NULL for a file without one (O_TMPFILE). */
int node_adopt(struct node *parent, const char *name, int fd, struct file_status *status,
	       uint64_t *id);
/* The same for a file whose status was just read, without opening it. */
int node_note(struct node *parent, const char *name, const struct file_status *status,
	      uint64_t *id);

/* The guest has renamed a file: remembers that it lies at `name` in `parent` now. */
void node_moved(struct node *parent, const char *name);

/* The guest opens a regular file, whose status was just read. Says whether the file is as it was
 * when the guest last opened it, so that the guest may keep its cached pages. */
bool node_cache_check(struct node *node, const struct file_status *status);

/* The guest gives back `count` lookups. */
void node_forget(struct export *export, uint64_t id, uint64_t count);
/* The guest gives back all lookups of `export`. */
void node_forget_all(const struct export *export);

#endif
