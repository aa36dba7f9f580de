/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

#include "attr.h"

int entry_reply(struct request *request)
{
	struct file_status status;
	uint64_t id;
	int error = node_lookup(request->node, request->name, &status, &id);

	if (!error)
		entry_add(request, &status, id);
	return error;
}

void entry_add(struct request *request, const struct file_status *status, uint64_t id)
{
	attr_fill_entry(request->export, status, id,
			reply_take(request, sizeof(struct fuse_entry_out)));
}
