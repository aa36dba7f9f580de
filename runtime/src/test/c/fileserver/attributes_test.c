/* SPDX-License-Identifier: Apache-2.0 */
/* attributes-test HOST GUEST [CASE]: owners, modes, times, ACLs, through a real kernel's FUSE. */
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "suite.h"
#include "tree.h"

static bool user_makes_everything(void)
{
	int fd;

	umask(027);
	fd = open(guest("open/file"), O_CREAT | O_WRONLY, 0666);
	return fd >= 0 && !mkdir(guest("open/dir"), 0777) && !symlink("x", guest("open/link")) &&
	       !mkfifo(guest("open/fifo"), 0666);
}

static bool user_is_kept_out(void)
{
	return open(guest("closed/secret"), O_RDONLY) < 0 && errno == EACCES &&
	       open(guest("closed/new"), O_CREAT | O_WRONLY, 0644) < 0 && errno == EACCES &&
	       chmod(guest("closed"), 0777) < 0 && errno == EPERM &&
	       unlink(guest("open/roots")) < 0 && errno == EPERM &&
	       truncate(guest("closed/secret"), 0) < 0 && errno == EACCES;
}

static void new_files_belong_to_their_maker(void)
{
	CHECK(!mkdir(guest("open"), 0755) && !chmod(guest("open"), 01777));
	CHECK(as_user(1000, 1001, user_makes_everything));
	for (const char **name =
		 (const char *[]){ "open/file", "open/dir", "open/link", "open/fifo", NULL };
	     *name; name++) {
		CHECK(file_stat(host(*name)).st_uid == 1000);
		CHECK(file_stat(host(*name)).st_gid == 1001);
	}
	CHECK((file_stat(host("open/file")).st_mode & 07777) == 0640);
	CHECK((file_stat(host("open/dir")).st_mode & 07777) == 0750);
	CHECK((file_stat(host("open/fifo")).st_mode & 07777) == 0640);
	file_make(guest("open/roots"), "x");
	CHECK(file_stat(host("open/roots")).st_uid == 0 &&
	      file_stat(host("open/roots")).st_gid == 0);
	CHECK(!mkdir(guest("closed"), 0755));
	file_make(guest("closed/secret"), "secret");
	CHECK(!chmod(guest("closed/secret"), 0600));
	CHECK(as_user(1000, 1001, user_is_kept_out));
	CHECK(file_holds(host("closed/secret"), "secret"));
	CHECK(!system("rm -r \"$GUEST/open\" \"$GUEST/closed\""));
}

static bool user_makes_in_groups_dir(void)
{
	return open(guest("shared/file"), O_CREAT | O_WRONLY, 0644) >= 0 &&
	       !mkdir(guest("shared/dir"), 0755);
}

static void a_setgid_directory_gives_its_group(void)
{
	CHECK(!mkdir(guest("shared"), 0755) && !chown(guest("shared"), 0, 2000));
	CHECK(!chmod(guest("shared"), 02777));
	CHECK(as_user(1000, 1000, user_makes_in_groups_dir));
	CHECK(file_stat(host("shared/file")).st_gid == 2000);
	CHECK(file_stat(host("shared/dir")).st_gid == 2000);
	CHECK(file_stat(host("shared/dir")).st_mode & S_ISGID);
	CHECK(!system("rm -r \"$GUEST/shared\""));
}

static bool user_writes(void)
{
	int fd = open(guest("suid"), O_WRONLY);

	return fd >= 0 && write(fd, "x", 1) == 1;
}

static bool user_truncates(void)
{
	return !truncate(guest("suid"), 0);
}

static bool user_opens_truncating(void)
{
	return open(guest("suid"), O_WRONLY | O_TRUNC) >= 0;
}

static bool user_copies(void)
{
	int from = open(guest("open"), O_RDONLY), to = open(guest("suid"), O_WRONLY);

	return copy_file_range(from, NULL, to, NULL, 1, 0) == 1;
}

static bool user_punches(void)
{
	return !fallocate(open(guest("suid"), O_WRONLY), FALLOC_FL_KEEP_SIZE, 0, 100000);
}

static void set_id_bits_go_when_a_user_copies_or_allocates(void)
{
	bool (*const acts[])(void) = { user_copies, user_punches };

	file_make(guest("open"), "text");
	file_make(guest("suid"), "text");
	for (unsigned int i = 0; i < 2; i++) {
		CHECK(!chmod(guest("suid"), 06777));
		CHECK(as_user(1000, 1000, acts[i]));
		CHECK(file_stat(host("suid")).st_mode == (S_IFREG | 0777));
	}
	CHECK(!unlink(guest("open")) && !unlink(guest("suid")));
}

static void set_id_bits_go_when_a_user_writes(void)
{
	bool (*const acts[])(void) = { user_writes, user_truncates, user_opens_truncating };

	file_make(guest("suid"), "text");
	for (unsigned int i = 0; i < 3; i++) {
		CHECK(!chmod(guest("suid"), 06777));
		CHECK(file_stat(host("suid")).st_mode == (S_IFREG | 06777));
		/* Root keeps them, as on any Linux. */
		CHECK(acts[i]() && file_stat(host("suid")).st_mode == (S_IFREG | 06777));
		CHECK(as_user(1000, 1000, acts[i]));
		CHECK(file_stat(host("suid")).st_mode == (S_IFREG | 0777));
	}
	CHECK(!chmod(guest("suid"), 04755) && !chown(guest("suid"), 1000, 1000));
	CHECK(file_stat(host("suid")).st_mode == (S_IFREG | 0755));
	CHECK(!unlink(guest("suid")));
}

static void modes_and_owners(void)
{
	int fd = open(guest("file"), O_CREAT | O_RDWR, 0644);

	CHECK(fd >= 0 && !fchmod(fd, 01751) &&
	      file_stat(host("file")).st_mode == (S_IFREG | 01751));
	CHECK(!fchown(fd, 123456, 654321) && file_stat(host("file")).st_uid == 123456);
	CHECK(!chown(guest("file"), (uid_t)-1, 5) && file_stat(host("file")).st_uid == 123456);
	CHECK(file_stat(guest("file")).st_gid == 5);
	CHECK(!close(fd) && !unlink(guest("file")));
}

static void times_to_the_nanosecond(void)
{
	struct timespec times[2] = { { 1000000000, 123456789 }, { -5, 1 } };
	struct stat inside, outside;

	file_make(guest("file"), "x");
	CHECK(!utimensat(AT_FDCWD, guest("file"), times, 0));
	outside = file_stat(host("file"));
	CHECK(outside.st_atim.tv_sec == 1000000000 && outside.st_atim.tv_nsec == 123456789);
	CHECK(outside.st_mtim.tv_sec == -5 && outside.st_mtim.tv_nsec == 1);
	times[0].tv_nsec = UTIME_OMIT;
	times[1].tv_nsec = UTIME_NOW;
	CHECK(!utimensat(AT_FDCWD, guest("file"), times, 0));
	inside = file_stat(guest("file"));
	outside = file_stat(host("file"));
	CHECK(inside.st_atim.tv_nsec == 123456789 && inside.st_mtim.tv_sec > 1700000000);
	CHECK(!memcmp(&inside.st_mtim, &outside.st_mtim, sizeof(inside.st_mtim)));
	CHECK(!memcmp(&inside.st_ctim, &outside.st_ctim, sizeof(inside.st_ctim)));
	CHECK(!symlink("x", guest("link")));
	CHECK(!utimensat(AT_FDCWD, guest("link"), (struct timespec[2]){ { 7, 0 }, { 8, 0 } },
			 AT_SYMLINK_NOFOLLOW));
	CHECK(file_stat(host("link")).st_mtim.tv_sec == 8);
	CHECK(!unlink(guest("file")) && !unlink(guest("link")));
}

static void birth_time_is_told(void)
{
	struct statx inside, outside;

	file_make(guest("file"), "x");
	CHECK(!statx(AT_FDCWD, guest("file"), 0, STATX_ALL, &inside));
	CHECK(!statx(AT_FDCWD, host("file"), 0, STATX_ALL, &outside));
	CHECK((inside.stx_mask & STATX_BTIME) == (outside.stx_mask & STATX_BTIME));
	CHECK(inside.stx_btime.tv_nsec == outside.stx_btime.tv_nsec);
	CHECK(!unlink(guest("file")));
}

static void extended_attributes(void)
{
	static const unsigned char net_raw[20] = { 1, 0, 0, 2, 0, 0x20 };
	char value[3000], back[3000], list[64];

	file_make(guest("file"), "x");
	memset(value, 'v', sizeof(value));
	CHECK(!setxattr(guest("file"), "user.one", value, sizeof(value), 0));
	CHECK(getxattr(host("file"), "user.one", back, sizeof(back)) == sizeof(back));
	CHECK(getxattr(guest("file"), "user.one", NULL, 0) == sizeof(value));
	CHECK_ERROR(ERANGE, (int)getxattr(guest("file"), "user.one", back, 10));
	CHECK(getxattr(guest("file"), "user.one", back, sizeof(back)) == sizeof(back));
	CHECK(!memcmp(value, back, sizeof(back)));
	CHECK_ERROR(EEXIST, setxattr(guest("file"), "user.one", "", 0, XATTR_CREATE));
	CHECK_ERROR(ENODATA, setxattr(guest("file"), "user.two", "", 0, XATTR_REPLACE));
	CHECK(!setxattr(guest("file"), "user.two", "", 0, 0));
	/* The host's own are neither shown nor reached. */
	CHECK(!setxattr(host("file"), "trusted.host", "x", 1, 0));
	CHECK(listxattr(guest("file"), list, sizeof(list)) == 18);
	CHECK_ERROR(EOPNOTSUPP, (int)getxattr(guest("file"), "trusted.host", back, 10));
	CHECK_ERROR(EOPNOTSUPP, setxattr(guest("file"), "trusted.guest", "x", 1, 0));
	CHECK_ERROR(EOPNOTSUPP, setxattr(guest("file"), "security.selinux", "x", 1, 0));
	CHECK(!removexattr(guest("file"), "user.one"));
	CHECK_ERROR(ENODATA, removexattr(guest("file"), "user.one"));
	/* A file capability, as packages set it on ping; writing takes it away. */
	CHECK(!setxattr(guest("file"), "security.capability", net_raw, sizeof(net_raw), 0));
	CHECK(getxattr(host("file"), "security.capability", back, sizeof(back)) == 20);
	file_make(guest("file"), "y");
	CHECK_ERROR(ENODATA, (int)getxattr(host("file"), "security.capability", back, 20));
	CHECK(!unlink(guest("file")));
}

/* Version 2 of posix_acl_xattr_header, and entries of tag, permissions, id. */
struct acl {
	uint32_t version;
	struct {
		uint16_t tag, permissions;
		uint32_t id;
	} entries[5];
};

static bool user_reads(void)
{
	return open(guest("acl/file"), O_RDONLY) >= 0;
}

static bool user_makes_in_acl(void)
{
	umask(077);
	return open(guest("acl/inherits"), O_CREAT | O_WRONLY, 0666) >= 0;
}

static void access_lists_are_obeyed_and_inherited(void)
{
	struct acl acl = { 2,
			   { { 0x01, 7, ~0u },	   /* owner */
			     { 0x02, 7, 1000 },	   /* user 1000 */
			     { 0x04, 0, ~0u },	   /* group */
			     { 0x10, 7, ~0u },	   /* mask */
			     { 0x20, 0, ~0u } } }; /* others */
	struct acl back;

	CHECK(!mkdir(guest("acl"), 0755));
	file_make(guest("acl/file"), "x");
	CHECK(!chmod(guest("acl/file"), 0600));
	CHECK(!as_user(1000, 1000, user_reads) && !as_user(1001, 1001, user_reads));
	CHECK(!setxattr(guest("acl/file"), "system.posix_acl_access", &acl, sizeof(acl), 0));
	CHECK(getxattr(host("acl/file"), "system.posix_acl_access", &back, sizeof(back)) ==
	      sizeof(acl));
	CHECK(as_user(1000, 1000, user_reads) && !as_user(1001, 1001, user_reads));
	/* The mask shows as the group's bits; without ACLs the group would get them. */
	CHECK(!chown(guest("acl/file"), 0, 1001) && !as_user(1001, 1001, user_reads));
	CHECK(!setxattr(guest("acl"), "system.posix_acl_default", &acl, sizeof(acl), 0));
	CHECK(!setxattr(guest("acl"), "system.posix_acl_access", &acl, sizeof(acl), 0));
	CHECK(as_user(1000, 1000, user_makes_in_acl));
	/* The default list, not the umask. */
	CHECK((file_stat(host("acl/inherits")).st_mode & 07777) == 0660);
	CHECK(getxattr(guest("acl/inherits"), "system.posix_acl_access", &back, sizeof(back)) ==
	      sizeof(acl));
	CHECK(!system("rm -r \"$GUEST/acl\""));
}

static const struct test_case cases[] = {
	CASE(new_files_belong_to_their_maker),
	CASE(a_setgid_directory_gives_its_group),
	CASE(set_id_bits_go_when_a_user_writes),
	CASE(set_id_bits_go_when_a_user_copies_or_allocates),
	CASE(modes_and_owners),
	CASE(times_to_the_nanosecond),
	CASE(birth_time_is_told),
	CASE(extended_attributes),
	CASE(access_lists_are_obeyed_and_inherited),
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	umask(022);
	tree_host = argv[1];
	tree_guest = argv[2];
	setenv("GUEST", tree_guest, 1);
	return suite_run(cases);
}
