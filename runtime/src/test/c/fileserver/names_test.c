/* SPDX-License-Identifier: Apache-2.0 */
/* names-test HOST GUEST [CASE]: directories and the names in them, through a real kernel's FUSE. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

static int rename_with(const char *from, const char *to, unsigned int flags)
{
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void made_directories_are_on_the_host(void)
{
	CHECK(!mkdir(guest("dir"), 0750));
	CHECK(file_stat(host("dir")).st_mode == (S_IFDIR | 0750));
	CHECK_ERROR(EEXIST, mkdir(guest("dir"), 0755));
	CHECK_ERROR(ENOENT, mkdir(guest("none/dir"), 0755));
	file_make(guest("dir/file"), "x");
	CHECK_ERROR(ENOTEMPTY, rmdir(guest("dir")));
	CHECK_ERROR(EISDIR, unlink(guest("dir")));
	CHECK(!unlink(guest("dir/file")));
	CHECK(!rmdir(guest("dir")));
	CHECK(!file_exists(host("dir")));
}

static void an_unlinked_open_file_lives_on(void)
{
	struct stat status;
	char bytes[8];
	int fd;

	file_make(guest("gone"), "before");
	fd = open(guest("gone"), O_RDWR);
	CHECK(fd >= 0 && !unlink(guest("gone")));
	CHECK(!file_exists(host("gone")));
	CHECK(!fstat(fd, &status) && status.st_nlink == 0 && status.st_size == 6);
	CHECK(pwrite(fd, "AFTER!", 6, 0) == 6 && pread(fd, bytes, 6, 0) == 6);
	CHECK(!memcmp(bytes, "AFTER!", 6));
	CHECK(!ftruncate(fd, 1) && !fstat(fd, &status) && status.st_size == 1);
	CHECK(!fchmod(fd, 0600) && !fstat(fd, &status) && (status.st_mode & 0777) == 0600);
	CHECK(!close(fd));
}

static void a_file_unlinked_on_the_host_lives_on(void)
{
	struct stat status;
	char bytes[4];
	int fd;

	file_make(host("gone"), "data");
	fd = open(guest("gone"), O_RDWR);
	CHECK(fd >= 0 && !unlink(host("gone")));
	CHECK(!fstat(fd, &status) && pread(fd, bytes, 4, 0) == 4 && !memcmp(bytes, "data", 4));
	CHECK(!close(fd));
}

static void a_removed_directory_stays_usable(void)
{
	struct stat status;
	int fd;

	CHECK(!mkdir(guest("dir"), 0755));
	fd = open(guest("dir"), O_PATH);
	CHECK(fd >= 0 && !rmdir(guest("dir")));
	CHECK(!fstat(fd, &status) && S_ISDIR(status.st_mode));
	CHECK_ERROR(ENOENT, openat(fd, "file", O_CREAT | O_WRONLY, 0644));
	close(fd);
}

static void open_files_follow_renames_of_their_parents(void)
{
	struct stat status;
	int file, dir;

	CHECK(!mkdir(guest("a"), 0755) && !mkdir(guest("a/b"), 0755));
	file_make(guest("a/b/file"), "text");
	file = open(guest("a/b/file"), O_RDWR);
	dir = open(guest("a/b"), O_RDONLY | O_DIRECTORY);
	CHECK(file >= 0 && dir >= 0);
	CHECK(!rename(guest("a"), guest("moved")));
	CHECK(!fstat(file, &status) && pwrite(file, "TEXT", 4, 0) == 4);
	CHECK(!fstatat(dir, "file", &status, 0) && status.st_size == 4);
	CHECK(file_holds(host("moved/b/file"), "TEXT"));
	/* The host moves it away: the guest still holds it. */
	CHECK(!rename(host("moved"), host("hosts")));
	CHECK(!fstatat(dir, "file", &status, 0));
	CHECK(!unlinkat(dir, "file", 0) && !file_exists(host("hosts/b/file")));
	close(file);
	close(dir);
	CHECK(!rmdir(host("hosts/b")) && !rmdir(host("hosts")));
}

static void renames_keep_to_their_flags(void)
{
	file_make(guest("one"), "1");
	file_make(guest("two"), "2");
	CHECK_ERROR(EEXIST, rename_with(guest("one"), guest("two"), RENAME_NOREPLACE));
	CHECK(!rename_with(guest("one"), guest("two"), RENAME_EXCHANGE));
	CHECK(file_holds(host("one"), "2") && file_holds(guest("two"), "1"));
	CHECK(!rename_with(guest("one"), guest("three"), RENAME_NOREPLACE));
	CHECK(!rename(guest("three"), guest("two")));
	CHECK(file_holds(guest("two"), "2") && !file_exists(guest("three")));
	CHECK_ERROR(ENOENT, rename(guest("none"), guest("some")));
	CHECK(!mkdir(guest("d"), 0755) && !mkdir(guest("d/e"), 0755));
	CHECK_ERROR(EINVAL, rename(guest("d"), guest("d/e/f")));
	CHECK_ERROR(EISDIR, rename(guest("two"), guest("d")));
	CHECK(!rmdir(guest("d/e")) && !rmdir(guest("d")) && !unlink(guest("two")));
}

static void hard_links_share_an_inode(void)
{
	file_make(guest("one"), "x");
	CHECK(!link(guest("one"), guest("two")));
	CHECK(file_stat(guest("one")).st_ino == file_stat(guest("two")).st_ino);
	CHECK(file_stat(guest("one")).st_ino == file_stat(host("one")).st_ino);
	CHECK(file_stat(guest("one")).st_nlink == 2);
	CHECK(!unlink(guest("one")) && file_holds(guest("two"), "x"));
	CHECK(file_stat(guest("two")).st_nlink == 1);
	CHECK(!symlink("two", guest("soft")) && !link(guest("soft"), guest("soft2")));
	CHECK(S_ISLNK(file_stat(host("soft2")).st_mode));
	CHECK_ERROR(EPERM, link(tree_guest, guest("dir")));
	CHECK(!unlink(guest("two")) && !unlink(guest("soft")) && !unlink(guest("soft2")));
}

static void symbolic_links_are_the_guests_to_follow(void)
{
	static char target[4001], read_back[4100];

	memset(target, 'a', 4000);
	for (unsigned int i = 200; i < 4000; i += 200)
		target[i] = '/';
	CHECK(!symlink(target, guest("long")));
	CHECK(readlink(guest("long"), read_back, sizeof(read_back)) == 4000);
	CHECK(!memcmp(target, read_back, 4000));
	CHECK(!symlink("/proc/self/cmdline", host("out")));
	CHECK(file_stat(guest("out")).st_size == 18);
	/* It is followed here, by the guest's kernel: this program's name, not the server's. */
	CHECK(!file_holds(guest("out"), "fileserver"));
	CHECK_ERROR(ELOOP, open(guest("out"), O_RDONLY | O_NOFOLLOW));
	CHECK(!lchown(guest("out"), 7, 8) && file_stat(host("out")).st_uid == 7);
	CHECK_ERROR(EEXIST, symlink("x", guest("out")));
	CHECK(!unlink(guest("out")) && !unlink(guest("long")));
}

static void names_may_be_any_bytes(void)
{
	char name[300];

	for (const char **next = (const char *[]){ "-rf", " ", "a\nb", "\xff\xfe", "*?[", "...",
						   "\xe6\x97\xa5", NULL };
	     *next; next++) {
		file_make(guest(*next), *next);
		CHECK(file_holds(host(*next), *next) && !unlink(guest(*next)));
	}
	memset(name, 'n', sizeof(name));
	name[255] = 0;
	file_make(guest(name), "x");
	CHECK(file_exists(host(name)) && !unlink(guest(name)));
	name[255] = 'n';
	name[256] = 0;
	CHECK_ERROR(ENAMETOOLONG, open(guest(name), O_CREAT | O_WRONLY, 0644));
	CHECK_ERROR(ENAMETOOLONG, symlink("x", guest(name)));
}

#define MANY 5000

static void many_names_are_read_once_each(void)
{
	static unsigned char seen[MANY];
	struct dirent *entry;
	char name[64];
	unsigned int count = 0;
	long place = 0;
	DIR *dir;

	CHECK(!mkdir(host("many"), 0755));
	for (unsigned int i = 0; i < MANY; i++) {
		int fd;

		snprintf(name, sizeof(name), "many/%*u-%u", (int)(i % 40), i, i);
		fd = open(host(name), O_CREAT | O_WRONLY, 0644);
		CHECK(fd >= 0 && !close(fd));
	}
	dir = opendir(guest("many"));
	CHECK(dir);
	for (; (entry = readdir(dir)); count++) {
		unsigned long number = strtoul(entry->d_name, NULL, 10);

		if (entry->d_name[0] == '.')
			continue;
		CHECK(number < MANY && !seen[number] && entry->d_type == DT_REG);
		seen[number] = 1;
		if (count == MANY / 2)
			place = telldir(dir);
	}
	CHECK(count == MANY + 2);
	seekdir(dir, place);
	for (count = 0; readdir(dir);)
		count++;
	CHECK(count == MANY + 1 - MANY / 2);
	rewinddir(dir);
	for (count = 0; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		CHECK(!unlinkat(dirfd(dir), entry->d_name, 0));
		count++;
	}
	CHECK(count == MANY);
	closedir(dir);
	CHECK(!rmdir(guest("many")));
}

static void inode_numbers_agree_with_names(void)
{
	DIR *dir;

	file_make(guest("file"), "x");
	CHECK(!mkdir(guest("dir"), 0755));
	dir = opendir(tree_guest);
	CHECK(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		CHECK(file_stat(guest(entry->d_name)).st_ino == entry->d_ino);
		if (strcmp(entry->d_name, "submount"))
			CHECK(file_stat(host(entry->d_name)).st_ino == entry->d_ino);
	}
	closedir(dir);
	CHECK(!unlink(guest("file")) && !rmdir(guest("dir")));
}

/* The suite's runner has mounted a tmpfs on "submount" with a file in it. */
static void mounts_below_the_root_belong_to_it(void)
{
	struct stat inner, top = file_stat(tree_guest);

	CHECK(file_holds(guest("submount/inside"), "inside\n"));
	inner = file_stat(guest("submount"));
	CHECK(inner.st_dev == top.st_dev && inner.st_ino != file_stat(host("submount")).st_ino);
	CHECK_ERROR(EXDEV, rename(guest("submount/inside"), guest("inside")));
	CHECK_ERROR(EXDEV, link(guest("submount/inside"), guest("inside")));
	CHECK_ERROR(EBUSY, rmdir(guest("submount")));
}

static void special_files_are_made_but_stay_the_guests(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int reader, writer, listener = socket(AF_UNIX, SOCK_STREAM, 0);
	char byte;

	CHECK(!mkfifo(guest("fifo"), 0600));
	CHECK(S_ISFIFO(file_stat(host("fifo")).st_mode));
	reader = open(guest("fifo"), O_RDONLY | O_NONBLOCK);
	writer = open(guest("fifo"), O_WRONLY);
	CHECK(reader >= 0 && writer >= 0 && write(writer, "x", 1) == 1);
	CHECK(read(reader, &byte, 1) == 1 && byte == 'x');
	/* Nobody has it open on the host. */
	CHECK_ERROR(ENXIO, open(host("fifo"), O_WRONLY | O_NONBLOCK));
	close(reader);
	close(writer);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", guest("socket"));
	CHECK(!bind(listener, (struct sockaddr *)&address, sizeof(address)));
	CHECK(!listen(listener, 1) && S_ISSOCK(file_stat(host("socket")).st_mode));
	writer = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(!connect(writer, (struct sockaddr *)&address, sizeof(address)));
	close(writer);
	close(listener);
	CHECK(!unlink(guest("fifo")) && !unlink(guest("socket")));
}

static void devices_are_made_in_the_rootfs_only(void)
{
	CHECK(!mknod(guest("null"), S_IFCHR | 0666, makedev(1, 3)));
	CHECK(file_stat(host("null")).st_rdev == makedev(1, 3));
	CHECK(file_stat(guest("null")).st_rdev == makedev(1, 3));
	CHECK(!mknod(guest("big"), S_IFBLK | 0600, makedev(259, 70000)));
	CHECK(file_stat(host("big")).st_rdev == makedev(259, 70000));
	CHECK(!mknod(guest("whiteout"), S_IFCHR, 0));
	CHECK(!mknod(guest("regular"), S_IFREG | 0640, 0));
	CHECK(file_stat(host("regular")).st_mode == (S_IFREG | 0640));
	CHECK(!unlink(guest("null")) && !unlink(guest("big")) && !unlink(guest("whiteout")) &&
	      !unlink(guest("regular")));
}

static void a_directory_swapped_for_a_link_leads_nowhere(void)
{
	int dir;

	CHECK(!mkdir(host("dir"), 0755));
	dir = open(guest("dir"), O_RDONLY | O_DIRECTORY);
	CHECK(dir >= 0);
	CHECK(!rename(host("dir"), host("away")) && !symlink("/etc", host("dir")));
	/* The held directory is still the old one. */
	CHECK_ERROR(ENOENT, openat(dir, "passwd", O_RDONLY));
	CHECK(openat(dir, "new", O_CREAT | O_WRONLY, 0644) >= 0 && file_exists(host("away/new")));
	sleep(1);
	CHECK(S_ISLNK(file_stat(guest("dir")).st_mode));
	close(dir);
	CHECK(!unlink(host("dir")) && !unlink(host("away/new")) && !rmdir(host("away")));
}

static void space_is_the_hosts(void)
{
	struct statfs inside, outside;

	CHECK(!statfs(tree_guest, &inside) && !statfs(tree_host, &outside));
	CHECK(inside.f_blocks == outside.f_blocks && inside.f_bsize == outside.f_bsize);
	CHECK(inside.f_type == 0x65735546 && inside.f_namelen == outside.f_namelen);
}

static const struct test_case cases[] = {
	CASE(made_directories_are_on_the_host),
	CASE(an_unlinked_open_file_lives_on),
	CASE(a_file_unlinked_on_the_host_lives_on),
	CASE(a_removed_directory_stays_usable),
	CASE(open_files_follow_renames_of_their_parents),
	CASE(renames_keep_to_their_flags),
	CASE(hard_links_share_an_inode),
	CASE(symbolic_links_are_the_guests_to_follow),
	CASE(names_may_be_any_bytes),
	CASE(many_names_are_read_once_each),
	CASE(inode_numbers_agree_with_names),
	CASE(mounts_below_the_root_belong_to_it),
	CASE(special_files_are_made_but_stay_the_guests),
	CASE(devices_are_made_in_the_rootfs_only),
	CASE(a_directory_swapped_for_a_link_leads_nowhere),
	CASE(space_is_the_hosts),
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
