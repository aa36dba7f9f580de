/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "credentials.h"
#include "request.h"
#include "self.h"

/*
 * What a guest may see and set. trusted.* belongs to the host (overlayfs keeps its own there), and
 * security.* of the host's security modules means nothing in the guest.
 */
static bool name_is_shared(const char *name)
{
	return !strncmp(name, "user.", 5) || !strcmp(name, "security.capability") ||
	       !strcmp(name, "system.posix_acl_access") ||
	       !strcmp(name, "system.posix_acl_default");
}

int check_xattr(struct request *request)
{
	return name_is_shared(request->name) ? 0 : EOPNOTSUPP;
}

static int size_reply(struct request *request, size_t size)
{
	struct fuse_getxattr_out *out = reply_take(request, sizeof(*out));

	out->size = (uint32_t)size;
	return 0;
}

int op_setxattr(struct request *request)
{
	const struct fuse_setxattr_in *in = request->in;
	char path[SELF_SIZE];
	int error = 0;

	credentials_keep_set_id(!(in->setxattr_flags & FUSE_SETXATTR_ACL_KILL_SGID));
	if (setxattr(self_path(request->node->fd, path), request->name, request->data, in->size,
		     (int)in->flags))
		error = errno;
	credentials_keep_set_id(true);
	return error;
}

int op_getxattr(struct request *request)
{
	const struct fuse_getxattr_in *in = request->in;
	size_t size = in->size < reply_room(request) ? in->size : reply_room(request);
	struct reply *reply = request->reply;
	char path[SELF_SIZE];
	ssize_t length = getxattr(self_path(request->node->fd, path), request->name,
				  reply->bytes + reply->length, size);

	if (length < 0)
		return errno;
	if (!size)
		return size_reply(request, (size_t)length);
	reply->length += (size_t)length;
	return 0;
}

int op_listxattr(struct request *request)
{
	const struct fuse_getxattr_in *in = request->in;
	char *list = (char *)request->reply->bytes + request->reply->length;
	char path[SELF_SIZE];
	size_t kept = 0;
	ssize_t length = listxattr(self_path(request->node->fd, path), list, reply_room(request));

	if (length < 0)
		return errno;
	for (size_t at = 0, size; at < (size_t)length; at += size) {
		size = strlen(list + at) + 1;
		if (!name_is_shared(list + at))
			continue;
		memmove(list + kept, list + at, size);
		kept += size;
	}
	if (!in->size)
		return size_reply(request, kept);
	if (kept > in->size)
		return ERANGE;
	request->reply->length += kept;
	return 0;
}

int op_removexattr(struct request *request)
{
	char path[SELF_SIZE];

	return removexattr(self_path(request->node->fd, path), request->name) ? errno : 0;
}
