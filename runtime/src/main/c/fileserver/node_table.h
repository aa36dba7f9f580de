/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_NODE_TABLE_H
#define XEN_RUNC_FILESERVER_NODE_TABLE_H

#include "node_struct.h"

#define NODES_MAX (1u << 19) /* a guest that forgets nothing gets ENFILE here */

/* The nodes, by number and by identity. The caller holds the nodes' lock. */

/* The node of a file, or NULL. */
struct node *node_table_file(const struct export *export, const struct file_status *status);
/* The node of a number that `export` knows, or NULL. */
struct node *node_table_id(const struct export *export, uint64_t id);

/* Makes a node of the file, with a number never used before, closed and without lookups.
 * Returns 0 or an errno. */
int node_table_add(struct export *export, const struct file_status *status, struct node **node);
/* Ends a node and frees its slot and its name. */
void node_table_remove(struct node *node);
/* From now on no file's identity leads to this node; its number still does. */
void node_table_disown(struct node *node);

/* Calls `act` for each node of `export`. It may remove the node. */
void node_table_each(const struct export *export, void (*act)(struct node *node));

#endif
