/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* The part of a message's body that is not decoded yet. */
struct rest {
	const uint8_t *bytes;
	size_t length;
};

int request_nonsense(struct request *request, const char *why)
{
	request->nonsense = why;
	return REQUEST_NONSENSE;
}

void *reply_take(struct request *request, size_t size)
{
	void *bytes = request->reply->bytes + request->reply->length;

	request->reply->length += size;
	return memset(bytes, 0, size);
}

size_t reply_room(const struct request *request)
{
	return sizeof(request->reply->bytes) - request->reply->length;
}

static void rest_advance(struct rest *rest, size_t size)
{
	rest->bytes += size;
	rest->length -= size;
}

/* Takes `size` bytes; NULL if there are fewer. */
static const void *bytes_take(struct rest *rest, size_t size)
{
	const uint8_t *bytes = rest->bytes;

	if (rest->length < size)
		return NULL;
	rest_advance(rest, size);
	return bytes;
}

static bool is_name(const char *text)
{
	return *text && strcmp(text, ".") && strcmp(text, "..") && !strchr(text, '/');
}

/* Takes a text with its NUL. Returns 0, ENAMETOOLONG for a name, or REQUEST_NONSENSE. */
static int text_take(struct request *request, struct rest *rest, enum text kind, const char **text)
{
	const uint8_t *end;

	if (kind == NO_TEXT)
		return 0;
	end = memchr(rest->bytes, 0, rest->length);
	if (!end)
		return request_nonsense(request, "a text without an end");
	*text = (const char *)rest->bytes;
	rest_advance(rest, (size_t)(end - rest->bytes) + 1);
	if (kind == TEXT)
		return 0;
	if (!is_name(*text))
		return request_nonsense(request, "an invalid file name");
	return strlen(*text) > NAME_MAX ? ENAMETOOLONG : 0;
}

static size_t data_size(const struct request *request, const struct operation *operation)
{
	uint32_t count;

	if (!operation->data.unit)
		return 0;
	memcpy(&count, (const uint8_t *)request->in + operation->data.count, sizeof(count));
	return count * operation->data.unit;
}

/* Finds the parts of the body, which must have exactly those of the operation. Returns 0,
 * ENAMETOOLONG or REQUEST_NONSENSE. */
static int decode(struct request *request, const struct operation *operation, struct rest rest)
{
	static const char too_short[] = "a message that is too short";
	int name_error, target_error;

	request->in = bytes_take(&rest, operation->in);
	if (!request->in)
		return request_nonsense(request, too_short);
	name_error = text_take(request, &rest, operation->name, &request->name);
	if (name_error == REQUEST_NONSENSE)
		return REQUEST_NONSENSE;
	target_error = text_take(request, &rest, operation->target, &request->target);
	if (target_error == REQUEST_NONSENSE)
		return REQUEST_NONSENSE;
	request->data = bytes_take(&rest, data_size(request, operation));
	if (!request->data)
		return request_nonsense(request, too_short);
	if (rest.length)
		return request_nonsense(request, "a message that is too long");
	return name_error ? name_error : target_error;
}

/* Fetches the nodes and handles that the operation works on. Returns 0 or an errno. */
static int fetch(struct request *request, unsigned int flags)
{
	const struct fuse_copy_file_range_in *copy = request->in;
	const uint64_t *number = request->in;
	uint64_t nodeid = request->header.nodeid;
	int error = 0;

	if (flags & ON_NODE)
		error = node_get(request->export, nodeid, &request->node);
	if (!error && flags & (ON_FILE | ON_DIRECTORY))
		error = handle_get(request->export, *number, nodeid, flags & ON_DIRECTORY,
				   &request->handle);
	if (!error && flags & TO_NODE)
		error = node_get(request->export, *number, &request->other_node);
	if (!error && flags & TO_FILE)
		error = handle_get(request->export, copy->fh_out, copy->nodeid_out, false,
				   &request->other_handle);
	return error;
}

static void release(const struct request *request)
{
	if (request->other_handle)
		handle_put(request->other_handle);
	if (request->other_node)
		node_put(request->other_node);
	if (request->handle)
		handle_put(request->handle);
	if (request->node)
		node_put(request->node);
}

static int serve(struct request *request, struct rest body)
{
	const struct operation *operation = operation_find(request->header.opcode);
	int error;

	if (!operation)
		return request_nonsense(request, "an unknown operation");
	if (request->header.total_extlen || request->header.padding)
		return request_nonsense(request, "extensions that INIT did not agree on");
	if ((request->header.opcode == FUSE_INIT) == request->export->started)
		return request_nonsense(request, "INIT out of place");
	if (operation->flags & MODIFIES && request->export->readonly)
		return EROFS;
	if (operation->flags & UNREAD)
		return operation->serve(request);
	error = decode(request, operation, body);
	if (!error && operation->check)
		error = operation->check(request);
	if (!error)
		error = fetch(request, operation->flags);
	if (!error)
		error = operation->serve(request);
	release(request);
	if (operation->flags & SILENT)
		request->reply->length = 0;
	return error;
}

bool request_serve(struct export *export, const struct message *message, struct reply *reply)
{
	struct fuse_out_header out = { 0 };
	struct request request = { .export = export, .reply = reply };
	struct rest body = {
		.bytes = message->bytes + sizeof(request.header),
		.length = message->length - sizeof(request.header),
	};
	int result;

	memcpy(&request.header, message->bytes, sizeof(request.header));
	reply->length = sizeof(out);
	result = serve(&request, body);
	if (result == REQUEST_NONSENSE) {
		reply->length = 0;
		export_log(export, "the guest sent %s (operation %u, %zu bytes)", request.nonsense,
			   request.header.opcode, message->length);
		return false;
	}
	if (!reply->length)
		return true;
	if (result)
		reply->length = sizeof(out);
	/* To FUSE, ENOSYS says "never ask again"; a host's system call does not mean that. */
	out.error = result == REQUEST_ENOSYS ? -ENOSYS : result == ENOSYS ? -EOPNOTSUPP : -result;
	out.len = (uint32_t)reply->length;
	out.unique = request.header.unique;
	memcpy(reply->bytes, &out, sizeof(out));
	return true;
}
