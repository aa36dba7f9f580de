/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever a guest may send as FUSE messages, served against a tree in the
 * working directory. The input is a sequence of messages: opcode (1 byte), node and handle (1 byte
 * each, numbering what was told before), length (2 bytes), body. So the fuzzer gets past the
 * header, and node and handle numbers are good ones as often as not. An input that begins with 0xff
 * is one raw message instead.
 *
 * The server has no sandbox here, so FUZZ_OUTSIDE names a directory beside the tree, whose content
 * is compared after every input by its own time of change and that of its file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"
#include "link.h"
#include "little_endian.h"
#include "node.h"
#include "request.h"
#include "stream.h"

#define NUMBERS 16u

static struct export tree;
static struct message *message;
static struct reply *reply;
static uint64_t nodes[NUMBERS], handles[NUMBERS];
static unsigned int node_count, handle_count;
static struct stat outside, outside_file;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void stat_or_abort(const char *path, struct stat *status)
{
	if (lstat(path, status))
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int null = open("/dev/null", O_RDWR);

	(void)argc;
	(void)argv;
	/* What stream_close would tell the monitor. */
	if (null < 0 || dup2(null, LINK_FD) < 0)
		abort();
	message = malloc(sizeof(*message));
	reply = malloc(sizeof(*reply));
	node_fds_limit(20);
	stat_or_abort(getenv("FUZZ_OUTSIDE"), &outside);
	if (chdir(getenv("FUZZ_OUTSIDE")))
		abort();
	stat_or_abort("file", &outside_file);
	return 0;
}

/* A few things to find. */
static void tree_make(void)
{
	const char *top = getenv("FUZZ_TREE");
	int dir = open(top, O_RDONLY | O_DIRECTORY), file;

	mkdirat(dir, "d", 0755);
	file = openat(dir, "f", O_CREAT | O_WRONLY, 0644);
	if (file >= 0)
		close(file);
	symlinkat(getenv("FUZZ_OUTSIDE"), dir, "l");
	mkfifoat(dir, "p", 0644);
	close(dir);
	memset(&tree, 0, sizeof(tree));
	tree.mount_fd = open(top, O_PATH | O_DIRECTORY);
	tree.mode = S_IFDIR | 0755;
	tree.acl = true;
	exports[0] = &tree;
	if (tree.mount_fd < 0 || node_root(&tree) || chdir("/proc/self/fd"))
		abort();
}

/* Every message is checked, as stream.c does, to say its own length. */
static bool serve(void)
{
	bool good;

	if (message->length < sizeof(struct fuse_in_header))
		return true;
	little_put32(message->bytes, (uint32_t)message->length);
	good = request_serve(&tree, message, reply);
	if (good && reply->length) {
		struct fuse_out_header header;

		memcpy(&header, reply->bytes, sizeof(header));
		if (header.len != reply->length || reply->length > sizeof(reply->bytes) ||
		    header.error > 0 || header.error < -4095)
			abort();
	}
	return good;
}

static void numbers_learn(uint32_t opcode)
{
	struct fuse_entry_out entry;
	struct fuse_open_out open_out;
	size_t at = sizeof(struct fuse_out_header);

	if ((opcode == FUSE_LOOKUP || opcode == FUSE_MKDIR || opcode == FUSE_CREATE ||
	     opcode == FUSE_SYMLINK || opcode == FUSE_MKNOD || opcode == FUSE_LINK) &&
	    reply->length >= at + sizeof(entry)) {
		memcpy(&entry, reply->bytes + at, sizeof(entry));
		nodes[node_count++ % NUMBERS] = entry.nodeid;
		at += sizeof(entry);
	}
	if ((opcode == FUSE_OPEN || opcode == FUSE_OPENDIR || opcode == FUSE_CREATE) &&
	    reply->length >= at + sizeof(open_out)) {
		memcpy(&open_out, reply->bytes + at, sizeof(open_out));
		handles[handle_count++ % NUMBERS] = open_out.fh;
	}
}

static void message_make(const uint8_t *head, const uint8_t *body, size_t length)
{
	struct fuse_in_header header = {
		.opcode = head[0] & 63,
		.unique = 1,
		.nodeid = head[1] < NUMBERS ? nodes[head[1]] : head[1] & 1,
	};
	uint64_t handle = handles[head[2] % NUMBERS];

	memcpy(message->bytes, &header, sizeof(header));
	memcpy(message->bytes + sizeof(header), body, length);
	/* Nearly all bodies with a handle begin with it. */
	if (head[2] < 128 && length >= sizeof(handle))
		memcpy(message->bytes + sizeof(header), &handle, sizeof(handle));
	/* A file's size and place are the disk's affair: keep both small. */
	if (header.opcode == FUSE_SETATTR && length >= 24)
		memset(message->bytes + sizeof(header) + 18, 0, 6);
	if ((header.opcode == FUSE_FALLOCATE || header.opcode == FUSE_WRITE) && length >= 24)
		memset(message->bytes + sizeof(header) + 10, 0, 6);
	if (header.opcode == FUSE_FALLOCATE && length >= 24)
		memset(message->bytes + sizeof(header) + 18, 0, 6);
	message->length = sizeof(header) + length;
}

static void outside_check(void)
{
	struct stat now;

	stat_or_abort(getenv("FUZZ_OUTSIDE"), &now);
	if (memcmp(&now.st_ctim, &outside.st_ctim, sizeof(now.st_ctim)))
		abort();
	if (fstatat(AT_FDCWD, getenv("FUZZ_OUTSIDE_FILE"), &now, 0) ||
	    memcmp(&now.st_ctim, &outside_file.st_ctim, sizeof(now.st_ctim)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static unsigned int rounds;
	struct node *root;

	tree_make();
	memset(nodes, 0, sizeof(nodes));
	memset(handles, 0, sizeof(handles));
	nodes[0] = FUSE_ROOT_ID;
	node_count = 1;
	handle_count = 0;
	if (size && bytes[0] == 0xff) {
		message->length = size - 1 < MESSAGE_MAX ? size - 1 : MESSAGE_MAX;
		memcpy(message->bytes, bytes + 1, message->length);
		serve();
		size = 0;
	}
	tree.started = true;
	while (size >= 5) {
		size_t length = little_get16(bytes + 3);

		length = length < size - 5 ? length : size - 5;
		message_make(bytes, bytes + 5, length);
		if (!serve())
			break;
		numbers_learn(bytes[0] & 63);
		bytes += 5 + length;
		size -= 5 + length;
	}
	handle_release_all(&tree);
	node_forget_all(&tree);
	root = tree.root;
	root->lookups = 0;
	node_put(root); /* closes mount_fd */
	outside_check();
	if (++rounds % 500 == 0 && system("find \"$FUZZ_TREE\" -mindepth 1 -delete"))
		abort();
	return 0;
}
