/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_CREDENTIALS_H
#define XEN_RUNC_FILESERVER_CREDENTIALS_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stdint.h>

/* What the server may do; it drops all else for good. */
#define CAPABILITIES                                                                               \
	((1u << CAP_CHOWN) |	    /* chown */                                                    \
	 (1u << CAP_DAC_OVERRIDE) | /* the guest's kernel has checked permissions already */       \
	 (1u << CAP_FOWNER) |	    /* chmod, utimes, ACLs, sticky directories, likewise */        \
	 (1u << CAP_FSETID) |	    /* keep set-id bits when the guest's writer may keep them */   \
	 (1u << CAP_SETUID) |	    /* setfsuid: new files belong to who makes them */             \
	 (1u << CAP_SETGID) |	    /* setfsgid, likewise */                                       \
	 (1u << CAP_MKNOD) |	    /* device nodes in the rootfs; op_create.c says where */       \
	 (1u << CAP_SETFCAP))	    /* security.capability, which packages set */

/* Drops all capabilities but CAPABILITIES, before any thread is made: threads inherit that. Returns
 * 0 or an errno. */
int credentials_drop(void);
/* Gives the calling thread a umask of its own, for it to assume credentials: each worker has its
 * own. Returns 0 or an errno. */
int credentials_of_thread(void);

/* Until credentials_restore, what the calling thread creates belongs to the sender of a message.
 * Returns 0 or an errno. */
int credentials_assume(const struct fuse_in_header *header, uint32_t mask);
void credentials_restore(void);

/* Says whether the host's kernel keeps the set-id bits of a file that the calling thread writes to.
 */
void credentials_keep_set_id(bool keep);

#endif
