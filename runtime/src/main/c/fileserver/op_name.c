/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "entry.h"
#include "self.h"

int op_link(struct request *request)
{
	char path[SELF_SIZE];

	/* AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH, which opens files by handle. */
	if (linkat(AT_FDCWD, self_path(request->other_node->fd, path), request->node->fd,
		   request->name, AT_SYMLINK_FOLLOW))
		return errno;
	return entry_reply(request);
}

int op_unlink(struct request *request)
{
	return unlinkat(request->node->fd, request->name, 0) ? errno : 0;
}

int op_rmdir(struct request *request)
{
	return unlinkat(request->node->fd, request->name, AT_REMOVEDIR) ? errno : 0;
}

/* The host's kernel knows which flags go together. */
static int rename_to(struct request *request, unsigned int flags)
{
	struct node *from = request->node, *to = request->other_node;

	if (syscall(SYS_renameat2, from->fd, request->name, to->fd, request->target, flags))
		return errno;
	node_moved(to, request->target);
	if (flags)
		node_moved(from, request->name);
	return 0;
}

int op_rename(struct request *request)
{
	return rename_to(request, 0);
}

int op_rename2(struct request *request)
{
	const struct fuse_rename2_in *in = request->in;

	return rename_to(request, in->flags);
}
