/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "credentials.h"
#include "node.h"
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

static int size_reply(struct request *request, size_t size)
{
	struct fuse_getxattr_out *out = reply_take(request, sizeof(*out));

	out->size = (uint32_t)size;
	return 0;
}

int op_setxattr(struct request *request)
{
	const struct fuse_setxattr_in *in = request_take(request, sizeof(*in));
	char path[SELF_SIZE];
	struct node *node;
	const char *name;
	const void *value;
	int error;

	if (!in || request_text(request, &name))
		return REQUEST_NONSENSE;
	value = request_take(request, in->size);
	if (!value || request_end(request))
		return REQUEST_NONSENSE;
	if (!name_is_shared(name))
		return EOPNOTSUPP;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	credentials_keep_set_id(!(in->setxattr_flags & FUSE_SETXATTR_ACL_KILL_SGID));
	if (setxattr(self_path(node->fd, path), name, value, in->size, (int)in->flags))
		error = errno;
	credentials_keep_set_id(true);
	node_put(node);
	return error;
}

int op_getxattr(struct request *request)
{
	const struct fuse_getxattr_in *in = request_take(request, sizeof(*in));
	size_t size;
	char path[SELF_SIZE];
	struct node *node;
	const char *name;
	ssize_t length;
	int error;

	if (!in || request_text(request, &name) || request_end(request))
		return REQUEST_NONSENSE;
	if (!name_is_shared(name))
		return EOPNOTSUPP;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	size = in->size < reply_room(request) ? in->size : reply_room(request);
	length = getxattr(self_path(node->fd, path), name,
			  request->reply->bytes + request->reply->length, size);
	error = length < 0 ? errno : 0;
	node_put(node);
	if (error)
		return error;
	if (!size)
		return size_reply(request, (size_t)length);
	request->reply->length += (size_t)length;
	return 0;
}

int op_listxattr(struct request *request)
{
	const struct fuse_getxattr_in *in = request_take(request, sizeof(*in));
	char *list = (char *)request->reply->bytes + request->reply->length;
	char path[SELF_SIZE];
	struct node *node;
	size_t kept = 0;
	ssize_t length;
	int error;

	if (!in || request_end(request))
		return REQUEST_NONSENSE;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	length = listxattr(self_path(node->fd, path), list, reply_room(request));
	error = length < 0 ? errno : 0;
	node_put(node);
	if (error)
		return error;
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
	struct node *node;
	const char *name;
	int error;

	if (request_text(request, &name) || request_end(request))
		return REQUEST_NONSENSE;
	if (!name_is_shared(name))
		return EOPNOTSUPP;
	error = node_get(request->export, request->header.nodeid, &node);
	if (error)
		return error;
	error = removexattr(self_path(node->fd, path), name) ? errno : 0;
	node_put(node);
	return error;
}
