/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages-test SERVER TREE [CASE]: what a guest may say that no kernel says. TREE is empty; the
 * directory around it must stay as it is.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame.h"
#include "peer.h"
#include "suite.h"
#include "tree.h"

static uint64_t file_node, file_handle, dir_handle;

/* Messages are served side by side, so one without a reply may take effect after the next one. */
#define CHECK_SOON(condition)                                                                      \
	do {                                                                                       \
		double limit = seconds_now() + 5;                                                  \
		while (!(condition) && seconds_now() < limit)                                      \
			usleep(2000);                                                              \
		CHECK(seconds_now() < limit);                                                      \
	} while (0)

/* One message of each kind, whole. */
struct sample {
	uint32_t opcode;
	size_t size;
	uint8_t body[256];
};

static struct sample sample_of(uint32_t opcode, const void *in, size_t size, const char *name,
			       const char *name2)
{
	struct sample sample = { .opcode = opcode, .size = size };

	memcpy(sample.body, in, size);
	for (const char **next = (const char *[]){ name, name2, NULL }; *next; next++) {
		strcpy((char *)sample.body + sample.size, *next);
		sample.size += strlen(*next) + 1;
	}
	return sample;
}

/* Opens the file and the tree's top on `export`, so that handles are good ones. */
static void handles_open(uint32_t export)
{
	struct fuse_open_in in = { .flags = O_RDWR };
	struct fuse_open_out out;

	file_node = peer_lookup(export, 1, "file");
	CHECK(file_node);
	CHECK(!peer_ask(export, FUSE_OPEN, file_node, &in, sizeof(in), &out));
	file_handle = out.fh;
	in.flags = O_RDONLY;
	CHECK(!peer_ask(export, FUSE_OPENDIR, 1, &in, sizeof(in), &out));
	dir_handle = out.fh;
}

#define SAMPLES 32

static unsigned int samples_make(struct sample *samples)
{
	struct {
		struct fuse_batch_forget_in in;
		struct fuse_forget_one one[2];
	} forgets = { { 2, 0 }, { { 99, 1 }, { 98, 1 } } };
	unsigned int i = 0;

	samples[i++] = sample_of(FUSE_LOOKUP, "", 0, "name", NULL);
	samples[i++] = sample_of(FUSE_FORGET, IN(fuse_forget_in, 1), NULL, NULL);
	samples[i++] = sample_of(FUSE_BATCH_FORGET, &forgets, sizeof(forgets), NULL, NULL);
	samples[i++] = sample_of(FUSE_GETATTR, IN(fuse_getattr_in, 0), NULL, NULL);
	samples[i++] = sample_of(FUSE_SETATTR, IN(fuse_setattr_in, 0), NULL, NULL);
	samples[i++] = sample_of(FUSE_SYMLINK, "", 0, "name", "target");
	samples[i++] = sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFREG), "name", NULL);
	samples[i++] = sample_of(FUSE_MKDIR, IN(fuse_mkdir_in, 0755), "name", NULL);
	samples[i++] = sample_of(FUSE_UNLINK, "", 0, "name", NULL);
	samples[i++] = sample_of(FUSE_RMDIR, "", 0, "name", NULL);
	samples[i++] = sample_of(FUSE_RENAME, IN(fuse_rename_in, 1), "name", "other");
	samples[i++] = sample_of(FUSE_RENAME2, IN(fuse_rename2_in, 1), "name", "other");
	samples[i++] = sample_of(FUSE_LINK, IN(fuse_link_in, 1), "name", NULL);
	samples[i++] = sample_of(FUSE_OPEN, IN(fuse_open_in, 0), NULL, NULL);
	samples[i++] = sample_of(FUSE_CREATE, IN(fuse_create_in, O_RDWR, 0644), "name", NULL);
	samples[i++] = sample_of(51 /* TMPFILE */, IN(fuse_create_in, O_RDWR, 0644), "/", NULL);
	samples[i++] = sample_of(FUSE_READ, IN(fuse_read_in, file_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_WRITE, IN(fuse_write_in, file_handle, 0, 5), "data", NULL);
	samples[i++] = sample_of(FUSE_FSYNC, IN(fuse_fsync_in, file_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_FALLOCATE, IN(fuse_fallocate_in, file_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_LSEEK, IN(fuse_lseek_in, file_handle), NULL, NULL);
	samples[i++] =
	    sample_of(FUSE_COPY_FILE_RANGE, IN(fuse_copy_file_range_in, file_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_RELEASE, IN(fuse_release_in, 12345), NULL, NULL);
	samples[i++] = sample_of(FUSE_OPENDIR, IN(fuse_open_in, 0), NULL, NULL);
	samples[i++] = sample_of(FUSE_READDIR, IN(fuse_read_in, dir_handle, 0, 512), NULL, NULL);
	samples[i++] = sample_of(FUSE_READDIRPLUS, IN(fuse_read_in, dir_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_FSYNCDIR, IN(fuse_fsync_in, dir_handle), NULL, NULL);
	samples[i++] = sample_of(FUSE_RELEASEDIR, IN(fuse_release_in, 12345), NULL, NULL);
	samples[i++] = sample_of(FUSE_SETXATTR, IN(fuse_setxattr_in, 5), "user.x", "data");
	samples[i++] = sample_of(FUSE_GETXATTR, IN(fuse_getxattr_in, 10), "user.x", NULL);
	samples[i++] = sample_of(FUSE_LISTXATTR, IN(fuse_getxattr_in, 10), NULL, NULL);
	samples[i++] = sample_of(FUSE_REMOVEXATTR, "", 0, "user.x", NULL);
	CHECK(i == SAMPLES);
	return i;
}

static int ask_sample(uint32_t export, const struct sample *sample, size_t size)
{
	static uint8_t answer[200000];
	bool silent = sample->opcode == FUSE_FORGET || sample->opcode == FUSE_BATCH_FORGET;

	if (!silent || size != sample->size)
		return peer_ask(export, sample->opcode, 1, sample->body, size, answer);
	uint8_t message[512];
	peer_send(export, message, message_make(message, sample->opcode, 1, sample->body, size),
		  512);
	return 0;
}

static void whole_messages_are_understood(void)
{
	struct sample samples[SAMPLES];
	uint32_t export = peer_fresh();

	handles_open(export);
	for (unsigned int i = samples_make(samples); i-- > 0;)
		CHECK(ask_sample(export, &samples[i], samples[i].size) != PEER_END);
	CHECK(!peer_ask(export, FUSE_GETATTR, 1, IN(fuse_getattr_in, 0), NULL));
	CHECK(!system("cd \"$TREE\" && rm -rf name other"));
}

static void every_truncation_ends_the_stream(void)
{
	struct sample samples[SAMPLES];
	unsigned int count;

	handles_open(peer_fresh());
	count = samples_make(samples);
	for (unsigned int i = 0; i < count; i++) {
		for (size_t size = 0; size < samples[i].size; size++)
			CHECK(ask_sample(peer_fresh(), &samples[i], size) == PEER_END);
		samples[i].body[samples[i].size] = 0;
		CHECK(ask_sample(peer_fresh(), &samples[i], samples[i].size + 1) == PEER_END);
	}
	CHECK(peer_fresh());
	CHECK(!system("cd \"$TREE\" && [ \"$(ls)\" = file ]"));
}

static void lengths_that_cannot_be_end_the_stream(void)
{
	static uint8_t message[140000];
	int error;

	for (const uint32_t *length = (const uint32_t[]){ 0, 1, 39, 135169, 1u << 31, ~0u, 7 };
	     *length != 7; length++) {
		uint32_t export = peer_fresh();

		message_make(message, FUSE_GETATTR, 1, IN(fuse_getattr_in, 0));
		memcpy(message, length, 4);
		peer_send(export, message, 56, 56);
		CHECK(peer_receive(export, NULL, &error, 10000) == PEER_END);
	}
	/* A READ and a READDIR of more than the reply's buffer. */
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t export = peer_fresh();

		handles_open(export);
		CHECK(peer_ask(export, i ? FUSE_READ : FUSE_READDIR, i ? file_node : 1,
			       IN(fuse_read_in, i ? file_handle : dir_handle, 0, 131073),
			       message) == PEER_END);
	}
}

static void names_that_are_none_end_the_stream(void)
{
	static const char *const names[] = {
		"", ".", "..", "/", "a/b", "../x", "/etc", "a/", NULL
	};
	char name[300];

	for (const char *const *next = names; *next; next++) {
		struct sample samples[] = {
			sample_of(FUSE_LOOKUP, "", 0, *next, NULL),
			sample_of(FUSE_UNLINK, "", 0, *next, NULL),
			sample_of(FUSE_RMDIR, "", 0, *next, NULL),
			sample_of(FUSE_SYMLINK, "", 0, *next, "x"),
			sample_of(FUSE_MKDIR, IN(fuse_mkdir_in, 0755), *next, NULL),
			sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFREG), *next, NULL),
			sample_of(FUSE_CREATE, IN(fuse_create_in, O_RDWR, 0644), *next, NULL),
			sample_of(FUSE_LINK, IN(fuse_link_in, 1), *next, NULL),
			sample_of(FUSE_RENAME, IN(fuse_rename_in, 1), *next, "x"),
			sample_of(FUSE_RENAME, IN(fuse_rename_in, 1), "file", *next),
			sample_of(FUSE_RENAME2, IN(fuse_rename2_in, 1), "file", *next),
		};

		for (unsigned int i = 0; i < sizeof(samples) / sizeof(*samples); i++)
			CHECK(ask_sample(peer_fresh(), &samples[i], samples[i].size) == PEER_END);
	}
	memset(name, 'n', 256);
	name[256] = 0;
	CHECK(peer_ask(peer_fresh(), FUSE_LOOKUP, 1, name, 257, NULL) == ENAMETOOLONG);
	/* The rest of the message is checked all the same. */
	CHECK(peer_ask(peer_fresh(), FUSE_LOOKUP, 1, name, 258, NULL) == PEER_END);
}

/* What the message alone says comes first, then its numbers from left to right. */
static void a_bad_message_on_a_bad_number_is_refused_as_a_bad_message(void)
{
	const uint64_t bad = 12345;
	struct sample directory = sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFDIR), "x", NULL);
	struct sample device = sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFBLK, 5), "x", NULL);
	struct sample get = sample_of(FUSE_GETXATTR, IN(fuse_getxattr_in, 9), "trusted.x", NULL);
	struct sample set = sample_of(FUSE_SETXATTR, IN(fuse_setxattr_in, 0), "security.x", NULL);
	uint32_t export = peer_fresh();
	char name[257] = "";

	memset(name, 'n', 256);
	CHECK(peer_ask(export, FUSE_LOOKUP, bad, name, 257, NULL) == ENAMETOOLONG);
	CHECK(peer_ask(export, FUSE_MKNOD, bad, directory.body, directory.size, NULL) == EINVAL);
	CHECK(peer_ask(export, FUSE_MKNOD, bad, device.body, device.size, NULL) == EPERM);
	CHECK(peer_ask(export, FUSE_GETXATTR, bad, get.body, get.size, NULL) == EOPNOTSUPP);
	CHECK(peer_ask(export, FUSE_SETXATTR, bad, set.body, set.size, NULL) == EOPNOTSUPP);
	CHECK(peer_ask(export, FUSE_REMOVEXATTR, bad, "system.x", 9, NULL) == EOPNOTSUPP);
	CHECK(peer_ask(export, FUSE_LSEEK, bad, IN(fuse_lseek_in, bad, 0, SEEK_SET), NULL) ==
	      EINVAL);
	CHECK(peer_ask(export, FUSE_LSEEK, bad, IN(fuse_lseek_in, bad, 0, SEEK_DATA), NULL) ==
	      EBADF);
	CHECK(peer_ask(export, FUSE_READ, bad, IN(fuse_read_in, bad, 0, 131073), NULL) == PEER_END);
}

static void operations_that_do_not_exist_end_the_stream(void)
{
	for (const uint32_t *opcode = (const uint32_t[]){ 0, 7, 19, 41, 48, 49, 128, 4096, ~0u, 1 };
	     *opcode != 1; opcode++)
		CHECK(peer_ask(peer_fresh(), *opcode, 1, "", 0, NULL) == PEER_END);
	CHECK(peer_ask(peer_fresh(), 53, 1, "", 0, NULL) == ENOSYS);
	CHECK(peer_ask(peer_fresh(), FUSE_POLL, 1, "", 0, NULL) == ENOSYS);
}

static void init_comes_first_and_once(void)
{
	uint32_t export = peer_fresh();

	CHECK(peer_init(export) == PEER_END);
	/* The read-only one is not asked for by peer_fresh. */
	CHECK(peer_ask(PEER_READONLY, FUSE_GETATTR, 1, IN(fuse_getattr_in, 0), NULL) == PEER_END);
	CHECK(peer_stop() == 0 && peer_start(getenv("TREE"), NULL, 0) == 0);
	CHECK(peer_ask(PEER_READONLY - 1, FUSE_INIT, 0, IN(fuse_init_in, 7, 35), NULL) == PEER_END);
	CHECK(peer_ask(PEER_READONLY - 2, FUSE_INIT, 0, IN(fuse_init_in, 8, 41), NULL) == PEER_END);
	CHECK(peer_log_lines() == 2);
}

static void links_and_special_files_are_never_opened(void)
{
	uint32_t export = peer_fresh();
	struct fuse_open_in in = { .flags = O_RDWR };
	uint64_t link, fifo;

	CHECK(!symlink("/etc", guest("link")) && !mkfifo(guest("fifo"), 0666));
	link = peer_lookup(export, 1, "link");
	fifo = peer_lookup(export, 1, "fifo");
	CHECK(link && fifo);
	CHECK(peer_ask(export, FUSE_LOOKUP, link, "passwd", 7, NULL) == ENOTDIR);
	CHECK(peer_ask(export, FUSE_OPEN, link, &in, sizeof(in), NULL) == ELOOP);
	CHECK(peer_ask(export, FUSE_OPENDIR, link, &in, sizeof(in), NULL) == ENOTDIR);
	CHECK(peer_ask(export, FUSE_CREATE, link, IN(fuse_create_in, O_RDWR), NULL) == PEER_END);
	export = peer_fresh();
	CHECK((link = peer_lookup(export, 1, "link")) && (fifo = peer_lookup(export, 1, "fifo")));
	CHECK(peer_ask(export, FUSE_MKDIR, link, "\0\0\0\0\0\0\0\0xx", 11, NULL) == ENOTDIR);
	CHECK(peer_ask(export, FUSE_OPEN, fifo, &in, sizeof(in), NULL) == ENXIO);
	/* Through CREATE neither. */
	for (unsigned int i = 0; i < 2; i++) {
		struct sample sample = sample_of(FUSE_CREATE, IN(fuse_create_in, O_RDWR, 0644),
						 i ? "link" : "fifo", NULL);

		CHECK(ask_sample(export, &sample, sample.size) == ESTALE);
	}
	/* Nor is a link's target given a size, a mode or an attribute. */
	CHECK(peer_ask(export, FUSE_SETATTR, link, IN(fuse_setattr_in, FATTR_SIZE), NULL) ==
	      EINVAL);
	CHECK(peer_ask(export, FUSE_SETATTR, link, IN(fuse_setattr_in, FATTR_MODE), NULL) ==
	      EOPNOTSUPP);
	CHECK(!unlink(guest("link")) && !unlink(guest("fifo")));
}

static void numbers_are_good_only_where_they_were_told(void)
{
	uint32_t export = peer_fresh(), other = peer_fresh();
	uint8_t answer[256];
	uint64_t node;

	handles_open(export);
	node = file_node;
	CHECK(peer_ask(other, FUSE_GETATTR, node, IN(fuse_getattr_in, 0), NULL) == ESTALE);
	CHECK(peer_ask(other, FUSE_READ, node, IN(fuse_read_in, file_handle), answer) == EBADF);
	CHECK(peer_ask(export, FUSE_READ, 1, IN(fuse_read_in, file_handle), answer) == EBADF);
	CHECK(peer_ask(export, FUSE_READ, 1, IN(fuse_read_in, dir_handle), answer) == EBADF);
	CHECK(peer_ask(export, FUSE_READDIR, node, IN(fuse_read_in, file_handle), answer) == EBADF);
	for (const uint64_t *id =
		 (const uint64_t[]){ 0, 2, 1u << 20, ~0ull, node + 1, node + (1ull << 32), 1 };
	     *id != 1; id++)
		CHECK(peer_ask(export, FUSE_GETATTR, *id, IN(fuse_getattr_in, 0), NULL) == ESTALE);
	CHECK(!peer_ask(export, FUSE_RELEASE, node, IN(fuse_release_in, file_handle), NULL));
	CHECK(peer_ask(export, FUSE_RELEASE, node, IN(fuse_release_in, file_handle), NULL) ==
	      EBADF);
	/* The second number of a message. */
	for (unsigned int i = 0; i < 3; i++) {
		struct sample samples[] = {
			sample_of(FUSE_LINK, IN(fuse_link_in, node + 1), "x", NULL),
			sample_of(FUSE_RENAME, IN(fuse_rename_in, node + 1), "file", "x"),
			sample_of(FUSE_RENAME2, IN(fuse_rename2_in, node + 1), "file", "x"),
		};

		CHECK(ask_sample(export, &samples[i], samples[i].size) == ESTALE);
	}
	ask_sample(export, &(struct sample){ FUSE_FORGET, 8, { 0 } }, 8);
	uint8_t message[64];
	peer_send(export, message,
		  message_make(message, FUSE_FORGET, node, IN(fuse_forget_in, 1000)), 64);
	CHECK_SOON(peer_ask(export, FUSE_GETATTR, node, IN(fuse_getattr_in, 0), NULL) == ESTALE);
	/* The root is never forgotten. */
	peer_send(export, message, message_make(message, FUSE_FORGET, 1, IN(fuse_forget_in, ~0ull)),
		  64);
	CHECK(!peer_ask(export, FUSE_GETATTR, 1, IN(fuse_getattr_in, 0), NULL));
}

static void frames_may_cut_a_message_anywhere(void)
{
	uint32_t export = peer_fresh(), other = peer_fresh();
	uint8_t message[256];
	size_t length = message_make(message, FUSE_LOOKUP, 1, "file", 5);
	int error;

	for (size_t piece = 1; piece <= length; piece++) {
		peer_send(export, message, length, piece);
		CHECK(peer_receive(export, message + 128, &error, 10000) > 0 && !error);
	}
	/* Halves of two exports' messages in turn. */
	peer_send(export, message, 20, 20);
	peer_send(other, message, 20, 20);
	peer_send(export, message + 20, length - 20, 60);
	peer_send(other, message + 20, length - 20, 60);
	CHECK(peer_receive(export, message + 128, &error, 10000) > 0 && !error);
	CHECK(peer_receive(other, message + 128, &error, 10000) > 0 && !error);
	/* Two messages in one frame. */
	memcpy(message + length, message, length);
	peer_send(export, message, 2 * length, 2 * length);
	CHECK(peer_receive(export, NULL, &error, 10000) == PEER_END);
	/* A frame that has no place on the stream. */
	peer_send_frame(FRAME_WINDOW, other, "\0\0\1", 4);
	CHECK(peer_receive(other, NULL, &error, 10000) == PEER_END);
}

static void the_window_comes_back(void)
{
	static uint8_t body[sizeof(struct fuse_write_in) + 131072];
	struct fuse_write_in *in = (struct fuse_write_in *)body;
	uint32_t export = peer_fresh();
	uint64_t before = peer_window;

	handles_open(export);
	in->fh = file_handle;
	in->size = 131072;
	for (unsigned int i = 0; i < 40; i++) {
		CHECK(!peer_ask(export, FUSE_WRITE, file_node, body, sizeof(body), body + 1000));
		CHECK(40 + (i + 1) * (sizeof(body) + 40) < peer_window - before + FILES_WINDOW);
	}
	CHECK(!truncate(guest("file"), 0));
}

static void a_read_only_export_is_never_written(void)
{
	struct sample samples[SAMPLES];
	struct fuse_open_out out;
	uint64_t node;

	CHECK(peer_stop() == 0 && peer_start(getenv("TREE"), NULL, 0) == 0);
	CHECK(!peer_init(PEER_READONLY));
	/* However bad the rest of the message is. */
	CHECK(peer_ask(PEER_READONLY, FUSE_MKDIR, 12345, "", 0, NULL) == EROFS);
	node = peer_lookup(PEER_READONLY, 1, "file");
	CHECK(peer_ask(PEER_READONLY, FUSE_OPEN, node, IN(fuse_open_in, O_RDWR), NULL) == EROFS);
	CHECK(peer_ask(PEER_READONLY, FUSE_OPEN, node, IN(fuse_open_in, O_TRUNC), NULL) == EROFS);
	CHECK(!peer_ask(PEER_READONLY, FUSE_OPEN, node, IN(fuse_open_in, 0), &out));
	for (unsigned int i = samples_make(samples); i-- > 0;) {
		switch (samples[i].opcode) {
		case FUSE_SETATTR:
		case FUSE_SYMLINK:
		case FUSE_MKNOD:
		case FUSE_MKDIR:
		case FUSE_UNLINK:
		case FUSE_RENAME:
		case FUSE_LINK:
		case FUSE_CREATE:
		case FUSE_WRITE:
		case FUSE_FALLOCATE:
		case FUSE_SETXATTR:
		case FUSE_REMOVEXATTR:
		case 51:
			CHECK(ask_sample(PEER_READONLY, &samples[i], samples[i].size) == EROFS);
		}
	}
}

static void a_volume_takes_no_devices(void)
{
	struct sample null =
	    sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFCHR | 0666, 0x103), "null", NULL);
	struct sample disk =
	    sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFBLK | 0666, 0x800), "sda", NULL);
	uint32_t export = peer_fresh();

	CHECK(ask_sample(export, &null, null.size) == EPERM);
	CHECK(ask_sample(export, &disk, disk.size) == EPERM);
	null = sample_of(FUSE_MKNOD, IN(fuse_mknod_in, S_IFCHR, 0), "whiteout", NULL);
	CHECK(!ask_sample(export, &null, null.size) && !unlink(guest("whiteout")));
}

/* The guest's kernel checks them against its cache, which may be older than the host's tree. */
static void a_rename_keeps_to_its_flags(void)
{
	struct sample keep =
	    sample_of(FUSE_RENAME2, IN(fuse_rename2_in, 1, RENAME_NOREPLACE), "one", "two");
	struct sample swap =
	    sample_of(FUSE_RENAME2, IN(fuse_rename2_in, 1, RENAME_EXCHANGE), "one", "two");
	struct sample both = sample_of(
	    FUSE_RENAME2, IN(fuse_rename2_in, 1, RENAME_NOREPLACE | RENAME_EXCHANGE), "one", "two");
	uint32_t export = peer_fresh();

	file_make(guest("one"), "1");
	file_make(guest("two"), "2");
	CHECK(ask_sample(export, &keep, keep.size) == EEXIST);
	CHECK(file_holds(guest("one"), "1") && file_holds(guest("two"), "2"));
	CHECK(ask_sample(export, &both, both.size) == EINVAL);
	CHECK(!ask_sample(export, &swap, swap.size));
	CHECK(file_holds(guest("one"), "2") && file_holds(guest("two"), "1"));
	CHECK(!unlink(guest("two")) && !ask_sample(export, &keep, keep.size));
	CHECK(file_holds(guest("two"), "2") && !file_exists(guest("one")));
	CHECK(!unlink(guest("two")));
}

static const struct test_case cases[] = {
	CASE(whole_messages_are_understood),
	CASE(every_truncation_ends_the_stream),
	CASE(lengths_that_cannot_be_end_the_stream),
	CASE(names_that_are_none_end_the_stream),
	CASE(a_bad_message_on_a_bad_number_is_refused_as_a_bad_message),
	CASE(operations_that_do_not_exist_end_the_stream),
	CASE(init_comes_first_and_once),
	CASE(links_and_special_files_are_never_opened),
	CASE(numbers_are_good_only_where_they_were_told),
	CASE(frames_may_cut_a_message_anywhere),
	CASE(the_window_comes_back),
	CASE(a_read_only_export_is_never_written),
	CASE(a_volume_takes_no_devices),
	CASE(a_rename_keeps_to_its_flags),
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	peer_program = argv[1];
	tree_host = tree_guest = argv[2];
	setenv("TREE", argv[2], 1);
	file_make(guest("file"), "");
	if (setjmp(suite_failed) || peer_start(argv[2], NULL, 0)) {
		printf("the server does not start\n");
		return 1;
	}
	return suite_run(cases);
}
