/* SPDX-License-Identifier: Apache-2.0 */
/* contents-test HOST GUEST [CASE]: what is in files, through a real kernel's FUSE. */
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

static void written_is_on_the_host_at_once(void)
{
	int fd = open(guest("file"), O_CREAT | O_EXCL | O_RDWR, 0644);

	CHECK(fd >= 0);
	for (unsigned int i = 0; i < 100; i++) {
		char text[32];

		snprintf(text, sizeof(text), "round %u", i);
		CHECK(pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text));
		CHECK(file_holds(host("file"), text));
		CHECK(!ftruncate(fd, 0) && file_holds(host("file"), ""));
	}
	CHECK(!close(fd));
	CHECK_ERROR(EEXIST, open(guest("file"), O_CREAT | O_EXCL | O_RDWR, 0644));
	CHECK(!unlink(guest("file")));
}

static void open_flags_mean_what_they_say(void)
{
	int fd;

	file_make(guest("file"), "long text");
	fd = open(guest("file"), O_WRONLY | O_TRUNC);
	CHECK(fd >= 0 && file_stat(host("file")).st_size == 0);
	CHECK_ERROR(EBADF, (int)read(fd, &(char){ 0 }, 1));
	CHECK(!close(fd));
	fd = open(guest("file"), O_RDONLY);
	CHECK_ERROR(EBADF, (int)write(fd, "x", 1));
	CHECK(!close(fd));
	/* A name that the host made since the guest last looked. */
	CHECK(!file_exists(guest("late")));
	file_make(host("late"), "hosts");
	fd = open(guest("late"), O_CREAT | O_RDWR, 0644);
	CHECK(fd >= 0 && !close(fd) && file_holds(guest("late"), "hosts"));
	CHECK_ERROR(ENOENT, open(guest("none"), O_RDWR));
	CHECK_ERROR(EISDIR, open(tree_guest, O_RDWR));
	CHECK_ERROR(ENOTDIR, open(guest("file/x"), O_RDONLY));
	CHECK(!unlink(guest("file")) && !unlink(guest("late")));
}

static void appends_of_both_sides_keep_apart(void)
{
	char text[4096] = "";
	int inside, outside;

	inside = open(guest("log"), O_CREAT | O_APPEND | O_RDWR, 0644);
	outside = open(host("log"), O_APPEND | O_WRONLY);
	CHECK(inside >= 0 && outside >= 0);
	for (unsigned int i = 0; i < 50; i++) {
		CHECK(write(inside, "guest\n", 6) == 6 && write(outside, "host\n", 5) == 5);
		strcat(text, "guest\nhost\n");
	}
	CHECK(file_holds(host("log"), text));
	/* fcntl takes O_APPEND away again, without a word to the server. */
	CHECK(!fcntl(inside, F_SETFL, 0) && pwrite(inside, "GUEST", 5, 0) == 5);
	CHECK(!memcpy(text, "GUEST", 5) || file_holds(host("log"), text));
	close(inside);
	close(outside);
	CHECK(!unlink(guest("log")));
}

static void sizes_and_holes(void)
{
	struct stat status;
	char bytes[8192];
	int fd = open(guest("file"), O_CREAT | O_RDWR, 0644);

	CHECK(fd >= 0 && pwrite(fd, "head", 4, 0) == 4);
	CHECK(!truncate(guest("file"), 100000) && file_stat(host("file")).st_size == 100000);
	CHECK(pread(fd, bytes, 8, 0) == 8 && !memcmp(bytes, "head\0\0\0\0", 8));
	CHECK(!ftruncate(fd, 2) && file_holds(guest("file"), "he"));
	CHECK(!fallocate(fd, 0, 0, 65536) && file_stat(guest("file")).st_size == 65536);
	CHECK(!fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 131072));
	CHECK(file_stat(guest("file")).st_size == 65536);
	memset(bytes, 'x', sizeof(bytes));
	for (off_t at = 0; at < 65536; at += (off_t)sizeof(bytes))
		CHECK(pwrite(fd, bytes, sizeof(bytes), at) == sizeof(bytes));
	CHECK(!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 8192, 16384));
	CHECK(pread(fd, bytes, 8192, 8192) == 8192 && !bytes[0] && !bytes[8191]);
	CHECK(!fsync(fd));
	CHECK(lseek(fd, 0, SEEK_HOLE) == 8192 && lseek(fd, 8192, SEEK_DATA) == 24576);
	CHECK_ERROR(ENXIO, (int)lseek(fd, 1 << 20, SEEK_DATA));
	CHECK_ERROR(EOPNOTSUPP, fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
	CHECK_ERROR(EINVAL, ftruncate(fd, -1));
	CHECK(!fstat(fd, &status) && status.st_blocks == file_stat(host("file")).st_blocks);
	CHECK(!close(fd) && !unlink(guest("file")));
}

static void files_beyond_4_gib(void)
{
	off_t far = (off_t)5 << 30;
	char bytes[5];
	int fd = open(guest("big"), O_CREAT | O_RDWR, 0644);

	CHECK(fd >= 0 && pwrite(fd, "far", 3, far) == 3);
	CHECK(file_stat(host("big")).st_size == far + 3);
	CHECK(pread(fd, bytes, 5, far - 2) == 5 && !memcmp(bytes, "\0\0far", 5));
	CHECK(lseek(fd, 0, SEEK_DATA) > ((off_t)4 << 30));
	CHECK(!close(fd) && !unlink(guest("big")));
}

#define LARGE (24u << 20)

static void large_transfers_are_exact(void)
{
	static unsigned char out[LARGE], in[LARGE];
	int fd;

	for (unsigned int i = 0; i < LARGE; i++)
		out[i] = (unsigned char)(i * 2654435761u >> 13);
	fd = open(guest("large"), O_CREAT | O_RDWR, 0644);
	CHECK(fd >= 0 && write(fd, out, LARGE) == LARGE && !close(fd));
	fd = open(host("large"), O_RDONLY);
	CHECK(fd >= 0 && read(fd, in, LARGE) == LARGE && !memcmp(in, out, LARGE) && !close(fd));
	memset(in, 0, LARGE);
	fd = open(guest("large"), O_RDONLY);
	CHECK(fd >= 0);
	/* Odd sizes and places. */
	for (size_t at = 0, size = 1; at < LARGE; at += size, size = size * 7 % 300007 + 1) {
		if (size > LARGE - at)
			size = LARGE - at;
		CHECK(pread(fd, in + at, size, (off_t)at) == (ssize_t)size);
	}
	CHECK(!memcmp(in, out, LARGE) && !close(fd));
	fd = open(guest("large"), O_RDWR | O_DIRECT);
	CHECK(fd >= 0);
	memset(in, 0, LARGE);
	CHECK(pread(fd, in, 1 << 20, 4096) == 1 << 20 && !memcmp(in, out + 4096, 1 << 20));
	CHECK(pwrite(fd, in, 1 << 20, 0) == 1 << 20 && !close(fd));
	CHECK(!unlink(guest("large")));
}

static void shared_mappings_reach_the_host(void)
{
	int fd = open(guest("map"), O_CREAT | O_RDWR, 0644);
	char *map;

	CHECK(fd >= 0 && !ftruncate(fd, 16384));
	map = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	strcpy(map, "mapped");
	CHECK(!msync(map, 16384, MS_SYNC));
	CHECK(!truncate(host("map"), 6) && file_holds(host("map"), "mapped"));
	CHECK(!truncate(host("map"), 16384));
	memcpy(map, "CLOSED", 6);
	CHECK(!munmap(map, 16384) && !close(fd));
	CHECK(!truncate(host("map"), 6) && file_holds(host("map"), "CLOSED"));
	CHECK(!unlink(guest("map")));
}

static void programs_run_from_it(void)
{
	char command[9000];

	snprintf(command, sizeof(command), "cp /bin/sh %s && %s -c 'exit 7'", guest("program"),
		 guest("program"));
	CHECK(system(command) == 7 << 8);
	CHECK(!chmod(guest("program"), 0644));
	CHECK_ERROR(EACCES, execl(guest("program"), "program", NULL));
	CHECK(!unlink(guest("program")));
}

static void unnamed_files(void)
{
	char path[64];
	int fd = open(tree_guest, O_TMPFILE | O_RDWR, 0640);

	CHECK(fd >= 0 && write(fd, "unnamed", 7) == 7);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(!linkat(AT_FDCWD, path, AT_FDCWD, guest("named"), AT_SYMLINK_FOLLOW));
	CHECK(file_holds(host("named"), "unnamed") && file_stat(host("named")).st_nlink == 1);
	CHECK(!close(fd) && !unlink(guest("named")));
	fd = open(tree_guest, O_TMPFILE | O_EXCL | O_RDWR, 0640);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK_ERROR(ENOENT, linkat(AT_FDCWD, path, AT_FDCWD, guest("named"), AT_SYMLINK_FOLLOW));
	CHECK(!close(fd));
}

static void copies_within(void)
{
	off_t in = 1, out = 0;
	int from, to;

	file_make(guest("from"), "0123456789");
	from = open(guest("from"), O_RDONLY);
	to = open(guest("to"), O_CREAT | O_RDWR, 0644);
	CHECK(from >= 0 && to >= 0);
	CHECK(copy_file_range(from, &in, to, &out, 5, 0) == 5);
	CHECK(file_holds(host("to"), "12345"));
	CHECK(lseek(to, 5, SEEK_SET) == 5 && sendfile(to, from, NULL, 2) == 2);
	CHECK(file_holds(host("to"), "1234501"));
	close(from);
	close(to);
	CHECK(!unlink(guest("from")) && !unlink(guest("to")));
}

static bool lock_is_free(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };
	int fd = open(guest("lock"), O_RDWR);

	return !fcntl(fd, F_SETLK, &lock) && !flock(fd, LOCK_EX | LOCK_NB);
}

static void locks_hold_among_the_guests_processes(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 10 };
	int fd;

	file_make(guest("lock"), "x");
	CHECK(!chmod(guest("lock"), 0666));
	fd = open(guest("lock"), O_RDWR);
	CHECK(as_user(1000, 1000, lock_is_free));
	CHECK(!fcntl(fd, F_SETLK, &lock) && !as_user(1000, 1000, lock_is_free));
	lock.l_type = F_UNLCK;
	CHECK(!fcntl(fd, F_SETLK, &lock) && as_user(1000, 1000, lock_is_free));
	CHECK(!flock(fd, LOCK_EX) && !as_user(1000, 1000, lock_is_free));
	CHECK(!close(fd) && !unlink(guest("lock")));
}

static void many_open_files(void)
{
	int fds[400];
	char name[32];

	for (unsigned int i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "open-%u", i);
		fds[i] = open(guest(name), O_CREAT | O_RDWR, 0644);
		if (fds[i] < 0 && getenv("FEW_FDS"))
			CHECK(errno == EMFILE && i > 100);
		else
			CHECK(fds[i] >= 0 && write(fds[i], name, strlen(name)) > 0);
	}
	for (unsigned int i = 0; i < 400; i++) {
		char back[32] = "";

		snprintf(name, sizeof(name), "open-%u", i);
		if (fds[i] < 0)
			continue;
		CHECK(pread(fds[i], back, sizeof(back), 0) > 0 && !strcmp(back, name));
		CHECK(!close(fds[i]) && !unlink(guest(name)));
	}
}

static const struct test_case cases[] = {
	CASE(written_is_on_the_host_at_once),
	CASE(open_flags_mean_what_they_say),
	CASE(appends_of_both_sides_keep_apart),
	CASE(sizes_and_holes),
	CASE(files_beyond_4_gib),
	CASE(large_transfers_are_exact),
	CASE(shared_mappings_reach_the_host),
	CASE(programs_run_from_it),
	CASE(unnamed_files),
	CASE(copies_within),
	CASE(locks_hold_among_the_guests_processes),
	CASE(many_open_files),
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	tree_host = argv[1];
	tree_guest = argv[2];
	return suite_run(cases);
}
