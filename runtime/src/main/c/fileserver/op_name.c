/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attr.h"
#include "node.h"
#include "request.h"
#include "self.h"

int op_link(struct request *request)
{
	const struct fuse_link_in *in = request_take(request, sizeof(*in));
	char path[SELF_SIZE];
	struct file_status status;
	struct node *node, *parent;
	const char *name;
	uint64_t id;
	int error = in ? request_name(request, &name) : REQUEST_NONSENSE;

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, in->oldnodeid, &node);
	if (error)
		return error;
	error = node_get(request->export, request->header.nodeid, &parent);
	if (!error) {
		/* AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH, which opens files by handle. */
		if (linkat(AT_FDCWD, self_path(node->fd, path), parent->fd, name,
			   AT_SYMLINK_FOLLOW))
			error = errno;
		else
			error = node_lookup(parent, name, &status, &id);
		node_put(parent);
	}
	node_put(node);
	if (!error)
		attr_fill_entry(request->export, &status, id,
				reply_take(request, sizeof(struct fuse_entry_out)));
	return error;
}

static int remove_name(struct request *request, int flags)
{
	struct node *parent;
	const char *name;
	int error = request_name(request, &name);

	if (!error)
		error = request_end(request);
	if (!error)
		error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	error = unlinkat(parent->fd, name, flags) ? errno : 0;
	node_put(parent);
	return error;
}

int op_unlink(struct request *request)
{
	return remove_name(request, 0);
}

int op_rmdir(struct request *request)
{
	return remove_name(request, AT_REMOVEDIR);
}

static int rename_name(struct request *request, uint64_t new_parent_id, unsigned int flags)
{
	struct node *parent, *new_parent;
	const char *name, *new_name;
	int error = request_name(request, &name);
	int new_error = error == REQUEST_NONSENSE ? error : request_name(request, &new_name);

	if (new_error == REQUEST_NONSENSE || request_end(request))
		return REQUEST_NONSENSE;
	if (error || new_error)
		return ENAMETOOLONG;
	error = node_get(request->export, request->header.nodeid, &parent);
	if (error)
		return error;
	error = node_get(request->export, new_parent_id, &new_parent);
	if (!error) {
		/* The host's kernel knows which flags go together. */
		if (syscall(SYS_renameat2, parent->fd, name, new_parent->fd, new_name, flags))
			error = errno;
		else
			node_moved(new_parent, new_name);
		if (!error && flags)
			node_moved(parent, name);
		node_put(new_parent);
	}
	node_put(parent);
	return error;
}

int op_rename(struct request *request)
{
	const struct fuse_rename_in *in = request_take(request, sizeof(*in));

	return in ? rename_name(request, in->newdir, 0) : REQUEST_NONSENSE;
}

int op_rename2(struct request *request)
{
	const struct fuse_rename2_in *in = request_take(request, sizeof(*in));

	return in ? rename_name(request, in->newdir, in->flags) : REQUEST_NONSENSE;
}
