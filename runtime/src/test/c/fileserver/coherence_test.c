/* SPDX-License-Identifier: Apache-2.0 */
/* coherence-test HOST GUEST [CASE]: what the host changes, the guest sees within a second. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

#define LIMIT 1.0

static double worst;

/* Waits until `seen` says so; fails if that takes longer than is promised. */
#define CHECK_SOON(seen)                                                                           \
	do {                                                                                       \
		double begin = seconds_now();                                                      \
		while (!(seen) && seconds_now() - begin < 3 * LIMIT)                               \
			usleep(5000);                                                              \
		double took = seconds_now() - begin;                                               \
		worst = took > worst ? took : worst;                                               \
		CHECK(took < LIMIT);                                                               \
	} while (0)

static off_t size_of(int fd)
{
	struct stat status;

	CHECK(!fstat(fd, &status));
	return status.st_size;
}

/* As dom0 does to /etc/hosts: 3 KiB more, then shorter than before, the guest having it open. */
static void appends_and_truncation_are_seen_in_an_open_file(void)
{
	char block[3072], bytes[4096];
	int inside, outside;

	memset(block, 'h', sizeof(block));
	file_make(host("hosts"), "127.0.0.1 localhost\n");
	inside = open(guest("hosts"), O_RDONLY);
	CHECK(inside >= 0 && pread(inside, bytes, sizeof(bytes), 0) == 20);
	outside = open(host("hosts"), O_WRONLY | O_APPEND);
	CHECK(write(outside, block, sizeof(block)) == sizeof(block));
	CHECK_SOON(pread(inside, bytes, sizeof(bytes), 0) == 3092 && bytes[3091] == 'h');
	CHECK(!ftruncate(outside, 5));
	CHECK_SOON(pread(inside, bytes, sizeof(bytes), 0) == 5);
	CHECK(size_of(inside) == 5);
	CHECK(write(outside, "again", 5) == 5);
	CHECK_SOON(size_of(inside) == 10);
	CHECK(pread(inside, bytes, sizeof(bytes), 0) == 10 && !memcmp(bytes, "127.0again", 10));
	close(outside);
	close(inside);
	CHECK(!unlink(guest("hosts")));
}

static void a_change_of_the_same_size_is_seen(void)
{
	char byte[2];
	int inside, outside;

	file_make(host("same"), "a");
	inside = open(guest("same"), O_RDONLY);
	outside = open(host("same"), O_WRONLY);
	CHECK(inside >= 0 && pread(inside, byte, 1, 0) == 1 && *byte == 'a');
	for (char next = 'b'; next < 'e'; next++) {
		usleep(20000);
		CHECK(pwrite(outside, &next, 1, 0) == 1);
		CHECK_SOON(pread(inside, byte, 1, 0) == 1 && *byte == next);
	}
	close(inside);
	close(outside);
	CHECK(!unlink(guest("same")));
}

/* Same size and same time, as `cp -p` or a restored backup may leave it: seen by the next open. */
static void a_change_that_keeps_the_time_is_seen_at_open(void)
{
	struct timespec times[2];
	struct stat before;

	file_make(host("kept"), "first");
	CHECK(file_holds(guest("kept"), "first"));
	before = file_stat(host("kept"));
	sleep(3);
	/* Now the pages are kept from one open to the next. */
	CHECK(file_holds(guest("kept"), "first") && file_holds(guest("kept"), "first"));
	file_make(host("kept"), "other");
	times[0] = before.st_atim;
	times[1] = before.st_mtim;
	CHECK(!utimensat(AT_FDCWD, host("kept"), times, 0));
	CHECK_SOON(file_holds(guest("kept"), "other"));
	CHECK(!unlink(guest("kept")));
}

static void names_come_and_go(void)
{
	CHECK(!file_exists(guest("new")));
	file_make(host("new"), "1");
	CHECK_SOON(file_exists(guest("new")));
	file_make(host("other"), "22");
	CHECK(!rename(host("other"), host("new")));
	CHECK_SOON(file_holds(guest("new"), "22"));
	CHECK(!unlink(host("new")));
	CHECK_SOON(!file_exists(guest("new")));
	CHECK(!mkdir(host("new"), 0755));
	CHECK_SOON(file_exists(guest("new")) && S_ISDIR(file_stat(guest("new")).st_mode));
	CHECK(!rmdir(host("new")) && !symlink("target", host("new")));
	CHECK_SOON(S_ISLNK(file_stat(guest("new")).st_mode));
	CHECK(!unlink(guest("new")));
}

static void attributes_change(void)
{
	file_make(host("file"), "x");
	CHECK(file_stat(guest("file")).st_uid == 0);
	CHECK(!chown(host("file"), 77, 78) && !chmod(host("file"), 0400));
	CHECK_SOON(file_stat(guest("file")).st_uid == 77);
	CHECK(file_stat(guest("file")).st_mode == (S_IFREG | 0400));
	CHECK(!unlink(guest("file")));
}

static void a_mapping_follows_when_the_file_is_looked_at(void)
{
	const char *map;
	int fd;

	file_make(host("map"), "before");
	fd = open(guest("map"), O_RDONLY);
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED && !memcmp(map, "before", 6));
	usleep(20000);
	file_make(host("map"), "behind");
	CHECK_SOON(size_of(fd) == 6 && !memcmp(map, "behind", 6));
	CHECK(!munmap((void *)map, 4096) && !close(fd) && !unlink(guest("map")));
}

static const struct test_case cases[] = {
	CASE(appends_and_truncation_are_seen_in_an_open_file),
	CASE(a_change_of_the_same_size_is_seen),
	CASE(a_change_that_keeps_the_time_is_seen_at_open),
	CASE(names_come_and_go),
	CASE(attributes_change),
	CASE(a_mapping_follows_when_the_file_is_looked_at),
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	int status;

	if (argc < 3)
		return 2;
	tree_host = argv[1];
	tree_guest = argv[2];
	status = suite_run(cases);
	printf("the host's changes were seen after %.0f ms at the latest\n", worst * 1000);
	return status;
}
