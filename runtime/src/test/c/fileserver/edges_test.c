/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edges-test HOST GUEST [CASE]: exports that are not a writable directory. HOST holds the directory
 * "ro" and the file "single"; GUEST has the first mounted on "ro" (read-only), the same on "rw"
 * (the guest mounts it writable, the export is not), the second on "single".
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

static void check_read_only(const char *top)
{
	char file[200], new[200];

	snprintf(file, sizeof(file), "%s/file", top);
	snprintf(new, sizeof(new), "%s/new", top);
	CHECK(file_holds(guest(file), "text"));
	CHECK_ERROR(EROFS, open(guest(file), O_RDWR));
	CHECK_ERROR(EROFS, open(guest(file), O_RDONLY | O_TRUNC));
	CHECK_ERROR(EROFS, open(guest(new), O_CREAT | O_WRONLY, 0644));
	CHECK_ERROR(EROFS, mkdir(guest(new), 0755));
	CHECK_ERROR(EROFS, symlink("x", guest(new)));
	CHECK_ERROR(EROFS, link(guest(file), guest(new)));
	CHECK_ERROR(EROFS, unlink(guest(file)));
	CHECK_ERROR(EROFS, rename(guest(file), guest(new)));
	CHECK_ERROR(EROFS, chmod(guest(file), 0600));
	CHECK_ERROR(EROFS, truncate(guest(file), 0));
	CHECK_ERROR(EROFS, utimensat(AT_FDCWD, guest(file), NULL, 0));
	CHECK_ERROR(EROFS, setxattr(guest(file), "user.x", "x", 1, 0));
	CHECK(file_holds(host("ro/file"), "text"));
}

static void a_read_only_export_stays_as_it_is(void)
{
	check_read_only("ro");
}

static void even_if_the_guest_mounts_it_writable(void)
{
	check_read_only("rw");
}

static void the_host_may_write_to_it(void)
{
	file_make(host("ro/late"), "late");
	usleep(900000);
	CHECK(file_holds(guest("ro/late"), "late"));
	CHECK(!unlink(host("ro/late")));
}

static void a_single_file_is_the_whole_tree(void)
{
	int fd;

	CHECK(S_ISREG(file_stat(guest("single")).st_mode));
	CHECK(file_stat(guest("single")).st_ino == file_stat(host("single")).st_ino);
	fd = open(guest("single"), O_RDWR | O_APPEND);
	CHECK(fd >= 0 && write(fd, " more", 5) == 5 && file_holds(host("single"), "text more"));
	CHECK(!ftruncate(fd, 4) && file_holds(host("single"), "text"));
	CHECK(!fchmod(fd, 0640) && file_stat(host("single")).st_mode == (S_IFREG | 0640));
	CHECK(!close(fd));
	CHECK_ERROR(ENOTDIR, open(guest("single/x"), O_RDONLY));
	CHECK_ERROR(EBUSY, unlink(guest("single")));
	CHECK_ERROR(EBUSY, rename(guest("single"), guest("x")));
	file_make(guest("single"), "new");
	CHECK(file_holds(host("single"), "new"));
}

/* The export is the file, not its name: as with a bind mount. */
static void a_single_file_stays_the_same_file(void)
{
	file_make(host("single.new"), "other");
	CHECK(!rename(host("single.new"), host("single")));
	usleep(900000);
	CHECK(file_holds(guest("single"), "new") && file_stat(guest("single")).st_nlink == 0);
}

static const struct test_case cases[] = {
	CASE(a_read_only_export_stays_as_it_is), CASE(even_if_the_guest_mounts_it_writable),
	CASE(the_host_may_write_to_it),		 CASE(a_single_file_is_the_whole_tree),
	CASE(a_single_file_stays_the_same_file), { NULL, NULL },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	tree_host = argv[1];
	tree_guest = argv[2];
	return suite_run(cases);
}
