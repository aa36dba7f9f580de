/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_ATTR_H
#define XEN_RUNC_FILESERVER_ATTR_H

#include <linux/fuse.h>

#include "export.h"
#include "file_status.h"

/*
 * The guest may believe for this long what it was told of a file or a name. So it sees a change on
 * the host this much later; docs promise a second.
 */
#define VALID_NANOSECONDS 500000000u

/* The inode number that the guest sees. The guest sees one file system, so the host's number is
 * made different for each file system that is mounted below the export's root. */
uint64_t attr_ino(struct export *export, const struct file_status *status);

void attr_fill(struct export *export, const struct file_status *status, struct fuse_attr *attr);
/* The caller has zeroed `entry`. */
void attr_fill_entry(struct export *export, const struct file_status *status, uint64_t id,
		     struct fuse_entry_out *entry);

#endif
