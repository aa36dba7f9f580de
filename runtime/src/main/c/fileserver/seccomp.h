/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_SECCOMP_H
#define XEN_RUNC_FILESERVER_SECCOMP_H

/* Forbids the whole process every system call that serving files does not need. The caller has
 * started all threads. Returns 0 or an errno. */
int seccomp_seal(void);

#endif
