/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "entry.h"

int op_lookup(struct request *request)
{
	struct fuse_entry_out *out;
	int error = entry_reply(request);

	if (error != ENOENT)
		return error;
	/* Node 0: the guest may believe for a while that there is no such file. */
	out = reply_take(request, sizeof(*out));
	out->entry_valid_nsec = VALID_NANOSECONDS;
	return 0;
}

int op_forget(struct request *request)
{
	const struct fuse_forget_in *in = request->in;

	node_forget(request->export, request->header.nodeid, in->nlookup);
	return 0;
}

int op_batch_forget(struct request *request)
{
	const struct fuse_batch_forget_in *in = request->in;
	const struct fuse_forget_one *forgotten = request->data;

	for (uint32_t i = 0; i < in->count; i++)
		node_forget(request->export, forgotten[i].nodeid, forgotten[i].nlookup);
	return 0;
}

int op_readlink(struct request *request)
{
	char target[PATH_MAX];
	ssize_t length;

	if (!S_ISLNK(request->node->type))
		return EINVAL;
	length = readlinkat(request->node->fd, "", target, sizeof(target));
	if (length < 0)
		return errno;
	memcpy(reply_take(request, (size_t)length), target, (size_t)length);
	return 0;
}
