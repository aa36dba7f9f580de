/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_SELF_H
#define XEN_RUNC_FILESERVER_SELF_H

#include "node.h"

/*
 * An O_PATH descriptor cannot read, write, or take an extended attribute, and Linux 6.1 has no
 * calls with AT_EMPTY_PATH for most of that. So the working directory is /proc/self/fd of the
 * server's own pid namespace, and the decimal number of a descriptor is a path to its file,
 * whatever the file's name is now. The server follows no other links, and these only for the
 * descriptors of nodes.
 */
#define SELF_SIZE 12

/* Writes the path of the file behind `fd`. */
const char *self_path(int fd, char path[SELF_SIZE]);

/* Opens the file of a node for I/O, with `flags` of open(2). It must be a regular file or, with
 * O_DIRECTORY, a directory: the guest's kernel opens fifos, sockets and devices itself. -1 with
 * errno. */
int self_open(const struct node *node, int flags);

#endif
