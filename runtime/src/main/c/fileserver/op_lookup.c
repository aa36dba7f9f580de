/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "node.h"
#include "request.h"

int op_lookup(struct request *request)
{
	struct file_status status;
	struct fuse_entry_out *out;
	struct node *parent;
	const char *name;
	uint64_t id;
	int error = request_name(request, &name);

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	error = node_lookup(parent, name, &status, &id);
	node_put(parent);
	if (error && error != ENOENT)
		return error;
	out = reply_take(request, sizeof(*out));
	if (error)
		/* Node 0: the guest may believe for a while that there is no such file. */
		out->entry_valid_nsec = VALID_NANOSECONDS;
	else
		attr_fill_entry(request->export, &status, id, out);
	return 0;
}

int op_forget(struct request *request)
{
	const struct fuse_forget_in *in = request_take(request, sizeof(*in));

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	node_forget(request->export, request->header.nodeid, in->nlookup);
	return REQUEST_SILENT;
}

int op_batch_forget(struct request *request)
{
	const struct fuse_batch_forget_in *in = request_take(request, sizeof(*in));
	const struct fuse_forget_one *one;

	for (uint32_t i = 0; in && i < in->count; i++) {
		one = request_take(request, sizeof(*one));
		if (!one)
			return REQUEST_NONSENSE;
		node_forget(request->export, one->nodeid, one->nlookup);
	}
	return in && !request_end(request) ? REQUEST_SILENT : REQUEST_NONSENSE;
}

int op_readlink(struct request *request)
{
	char target[PATH_MAX];
	struct node *node;
	ssize_t length;
	int error = request_end(request);

	if (!error)
		error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	length = S_ISLNK(node->type) ? readlinkat(node->fd, "", target, sizeof(target)) : -1;
	error = length >= 0 ? 0 : S_ISLNK(node->type) ? errno : EINVAL;
	node_put(node);
	if (!error)
		memcpy(reply_take(request, (size_t)length), target, (size_t)length);
	return error;
}
