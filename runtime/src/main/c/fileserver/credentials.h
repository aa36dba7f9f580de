/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_CREDENTIALS_H
#define XEN_RUNC_FILESERVER_CREDENTIALS_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stdint.h>

/* What the server may do; all else is dropped for good. */
#define CAPABILITIES                                                                               \
	((1u << CAP_CHOWN) |	    /* chown */                                                    \
	 (1u << CAP_DAC_OVERRIDE) | /* the guest's kernel has checked permissions already */       \
	 (1u << CAP_FOWNER) |	    /* chmod, utimes, ACLs, sticky directories, likewise */        \
	 (1u << CAP_FSETID) |	    /* keep set-id bits when the guest's writer may keep them */   \
	 (1u << CAP_SETUID) |	    /* setfsuid: new files belong to who makes them */             \
	 (1u << CAP_SETGID) |	    /* setfsgid, likewise */                                       \
	 (1u << CAP_MKNOD) |	    /* device nodes in the rootfs; op_create.c says where */       \
	 (1u << CAP_SETFCAP))	    /* security.capability, which packages set */

/* Each worker has credentials of its own. Drops everything but CAPABILITIES, and makes the umask
 * the calling thread's. Returns 0 or an errno. */
int credentials_drop(void);
int credentials_of_thread(void);

/* Makes what the calling thread creates belong to the sender of a message, until
 * credentials_restore. Returns 0 or an errno. */
int credentials_assume(const struct fuse_in_header *header, uint32_t mask);
void credentials_restore(void);

/* Whether the calling thread keeps set-id bits of files that it writes to. */
void credentials_keep_set_id(bool keep);

#endif
