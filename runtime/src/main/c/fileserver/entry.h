/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_ENTRY_H
#define XEN_RUNC_FILESERVER_ENTRY_H

#include "request.h"

/* Answers with the file that the request's node, a directory, has by the request's name, and counts
 * the guest's lookup of it. Returns 0 or an errno. */
int entry_reply(struct request *request);

/* Adds a file to the reply, of which the guest's lookup is counted already. */
void entry_add(struct request *request, const struct file_status *status, uint64_t id);

#endif
