/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_NODE_STRUCT_H
#define XEN_RUNC_FILESERVER_NODE_STRUCT_H

#include "export.h"
#include "file_status.h"

/* What is known of one file; node.h has the rules of it. The nodes' lock guards all of it but what
 * stays as it is while somebody holds the node: id, export, fd and type. */
struct node {
	uint64_t id; /* generation << 32 | slot; 0 while the slot is unused */
	uint64_t lookups;
	struct export *export;
	int fd; /* -1 while not open */
	unsigned int pins;
	uint32_t type; /* S_IFMT bits */
	/* identity: born is compared only where no descriptor keeps the inode number from reuse */
	uint64_t dev, ino, mount;
	struct file_time born;
	/* where it was last seen */
	uint64_t parent;
	char *name;
	/* change time and size when the guest's cached pages were last known to be the file's */
	struct file_time cached_changed;
	uint64_t cached_size;
	/* hash chain; a free slot's chain is the free list */
	struct node *next;
	/* the nodes that may give their descriptor back, by last use */
	struct node *newer, *older;
};

#endif
