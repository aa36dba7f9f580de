/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_ATTR_H
#define XEN_RUNC_FILESERVER_ATTR_H

#include <linux/fuse.h>

#include "export.h"
#include "file_status.h"

/*
 * For how long the guest may believe what it was told of a file or a name without asking again.
 * What changes on the host is seen this much later; a second is what is promised.
 */
#define VALID_NANOSECONDS 500000000u

/* The inode number that the guest sees: the host's, made different for file systems mounted below
 * the export's root, because the guest sees one file system. */
uint64_t attr_ino(struct export *export, const struct file_status *status);

void attr_fill(struct export *export, const struct file_status *status, struct fuse_attr *attr);
/* `entry` is zero already. */
void attr_fill_entry(struct export *export, const struct file_status *status, uint64_t id,
		     struct fuse_entry_out *entry);

#endif
