/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "test.h"

/* What becomes of mounts on what the image has: copies, modes, nodes, links, refusals. */

static struct guest guest;
static struct fields fields;

/* Runs a shell in the container's rootfs on the host. */
static void image(const char *script)
{
	char command[2048];

	snprintf(command, sizeof(command), "set -e; cd %s; %s", guest_path(&guest, "/"), script);
	EXPECT(system(command) == 0);
}

static void begin(const char *script)
{
	guest_start(&guest, NULL);
	if (script)
		image(script);
	prepare_begin(&fields, &guest);
}

static void expect_prints(const char *script, const char *expected)
{
	prepare_prints(&guest, &fields, script, expected);
	guest_stop(&guest);
}

static void expect_fails(uint32_t status, const char *text)
{
	prepare_fails(&guest, &fields, status, text);
}

static void put_copy_up(const char *target, const char *data, uint64_t flags)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_MOUNT);

	field_put_text(&fields.writer, FIELD_TYPE, "tmpfs");
	field_put_text(&fields.writer, FIELD_TARGET, target);
	field_put_text(&fields.writer, FIELD_DATA, data);
	field_put_u64(&fields.writer, FIELD_FLAGS, flags);
	field_put_u32(&fields.writer, FIELD_COPY_UP, 1);
	field_group_end(&fields.writer, mark);
}

static void test_copy_up(void)
{
	begin("mkdir -p x/d/e; cd x; echo hi >f; chown 3:4 f; chmod 4751 f; touch -d @1000000 f;"
	      "setfattr -n trusted.a -v b f; ln -s f l; chown -h 5:6 l; mkfifo p; mknod n c 1 3;"
	      "chown 7:8 . d; chmod 1731 .; chmod 2700 d");
	put_copy_up("/x", "size=64k", MS_NOEXEC);
	expect_prints("cd /x; stat -c '%n %F %a %u:%g' . d d/e f l n p; cat f l; stat -c %Y f;"
		      "echo new >f; grep -o ' /x tmpfs [^ ]*' /proc/mounts",
		      ". directory 1731 7:8\nd directory 2700 7:8\nd/e directory 755 0:0\n"
		      "f regular file 4751 3:4\nl symbolic link 777 5:6\n"
		      "n character special file 644 0:0\np fifo 644 0:0\nhi\nhi\n1000000\n"
		      " /x tmpfs rw,noexec,relatime,size=64k,mode=1731\n");
}

static void test_copy_up_is_the_containers_own(void)
{
	char image_file[600];
	FILE *file;

	begin("mkdir x; echo image >x/f; ln -s /x y");
	snprintf(image_file, sizeof(image_file), "%s", guest_path(&guest, "/x/f"));
	put_copy_up("/y", "", MS_RDONLY);
	put_copy_up("/none/such", "", 0);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	guest_run(&guest, 1, "cat /y/f; echo z 2>&1 >/x/f; ls -A /none/such; echo a >/none/such/a");
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0),
		      "image\nsh: can't create /x/f: Read-only file system\n") == 0);
	file = fopen(image_file, "r");
	EXPECT(file && fgetc(file) == 'i');
	if (file)
		fclose(file);
	EXPECT(access(guest_path(&guest, "/none/such/a"), F_OK) < 0);
	guest_stop(&guest);
}

static void test_copy_up_has_limits(void)
{
	begin("mkdir -p x/sub; head -c 100000 /dev/urandom >x/sub/big");
	put_copy_up("/x", "size=16k", 0);
	expect_fails(ENOSPC, "error mounting \"tmpfs\" to rootfs at \"/x\": tmpcopyup: failed to "
			     "copy /x: write big: no space left on device");
	begin("mkdir x; touch x/a x/b x/c");
	put_copy_up("/x", "nr_inodes=2", 0);
	expect_fails(ENOSPC, NULL);
	begin("d=x; for i in $(seq 200); do d=$d/d; done; mkdir -p $d");
	put_copy_up("/x", "", 0);
	expect_fails(ENAMETOOLONG, "error mounting \"tmpfs\" to rootfs at \"/x\": tmpcopyup: "
				   "failed to copy /x: mkdir d: file name too long");
	begin("mkdir x; truncate -s 50M x/hole; echo end >>x/hole");
	put_copy_up("/x", "size=256k", 0);
	expect_prints("stat -c %s /x/hole; tail -c 4 /x/hole", "52428804\nend\n");
}

static void test_tmpfs_mode(void)
{
	begin("mkdir x z; chmod 1750 x; chmod 700 z");
	prepare_mount(&fields, "tmpfs", "/x", "size=64k", 0);
	prepare_mount(&fields, "tmpfs", "/y", NULL, 0);
	prepare_mount(&fields, "tmpfs", "/z", "mode=711", 0);
	expect_prints("stat -c '%n %a' /x /y /z", "/x 1750\n/y 1777\n/z 711\n");
}

static void put_device(const char *path, uint32_t minor)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_DEVICE);

	field_put_text(&fields.writer, FIELD_PATH, path);
	field_put_u32(&fields.writer, FIELD_KIND, S_IFCHR);
	field_put_u32(&fields.writer, FIELD_MAJOR, 1);
	field_put_u32(&fields.writer, FIELD_MINOR, minor);
	field_put_u32(&fields.writer, FIELD_MODE, 0600);
	field_group_end(&fields.writer, mark);
}

static void test_devices_below_later_mounts(void)
{
	begin("mkdir a; ln -s /a link");
	prepare_mount(&fields, "tmpfs", "/a", NULL, 0);
	put_device("/link/zero", 5);
	put_device("/dev/null", 5); /* the spec's own takes the usual one's place */
	expect_prints("cd /; stat -c '%n %a %t,%T' a/zero dev/null; grep -c ' /dev/shm ' "
		      "/proc/mounts; head -c 1 a/zero | wc -c",
		      "a/zero 600 1,5\ndev/null 600 1,5\n1\n1\n");
}

static void test_no_dev(void)
{
	guest_start(&guest, NULL);
	image("mkdir dev; echo x >dev/ptmx; echo kept >dev/full");
	fields_begin(&fields);
	prepare_export(&fields, &guest, 0, NULL, 0);
	prepare_mount(&fields, "proc", "/proc", NULL, 0);
	expect_prints("cd /dev; ls; cat full; readlink ptmx; echo x >null; head -c 2 zero | wc -c",
		      "fd\nfull\nnull\nptmx\nrandom\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n"
		      "kept\npts/ptmx\n2\n");
}

static void test_sealed_dev(void)
{
	guest_start(&guest, NULL);
	fields_begin(&fields);
	prepare_export(&fields, &guest, 0, NULL, 0);
	prepare_mount(&fields, "tmpfs", "/dev/", "mode=755", MS_RDONLY);
	put_device("/dev/mine", 3);
	expect_prints("cd /dev; ls -d mine null; touch x 2>&1; true",
		      "mine\nnull\ntouch: x: Read-only file system\n");
}

/* A terminal's console is shown there all the same. */
static void sealed_terminal(bool own_dev)
{
	guest_start(&guest, NULL);
	image("mkdir -p dev/pts");
	fields_begin(&fields);
	prepare_export(&fields, &guest, 0, NULL, 0);
	prepare_mount(&fields, "proc", "/proc", NULL, 0);
	if (own_dev)
		prepare_mount(&fields, "tmpfs", "/dev", "mode=755", MS_RDONLY);
	else
		field_put_u32(&fields.writer, FIELD_READONLY, 1);
	prepare_mount(&fields, "devpts", "/dev/pts", "newinstance,ptmxmode=0666,mode=0620", 0);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	run_begin(&fields, 1, "sh", "ls -l /dev/console | cut -c1");
	field_put_u32(&fields.writer, FIELD_TERMINAL, 1);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "c\r\n") == 0);
	guest_stop(&guest);
}

static void test_sealed_dev_with_a_terminal(void)
{
	sealed_terminal(true);
}

static void test_read_only_root_with_a_terminal(void)
{
	sealed_terminal(false);
}

static void test_foreign_dev(void)
{
	char directory[] = "/tmp/agent-dev-XXXXXX";
	const char *volumes[] = { directory, NULL };

	REQUIRE(mkdtemp(directory));
	guest_start(&guest, volumes);
	fields_begin(&fields);
	prepare_export(&fields, &guest, 0, NULL, 0);
	prepare_export(&fields, &guest, 1, "/dev", 0);
	put_device("/dev/mine", 3);
	expect_prints("ls -A /dev", "");
	EXPECT(rmdir(directory) == 0);
}

static void test_volumes_nest_and_repeat(void)
{
	char outer[] = "/tmp/agent-outer-XXXXXX", inner[] = "/tmp/agent-inner-XXXXXX";
	const char *volumes[] = { outer, inner, NULL };

	REQUIRE(mkdtemp(outer) && mkdtemp(inner));
	guest_start(&guest, volumes);
	prepare_begin(&fields, &guest);
	prepare_export(&fields, &guest, 1, "/x", 0);
	prepare_export(&fields, &guest, 2, "/x/y", 0);
	prepare_mount(&fields, "tmpfs", "/z", "size=4k", 0);
	prepare_mount(&fields, "tmpfs", "/z", "size=8k", 0);
	expect_prints(
	    "echo a >/x/a; echo b >/x/y/b; ls /x; grep -o ' /z .*size=[0-9]*' /proc/mounts",
	    "a\ny\n /z tmpfs rw,relatime,size=4\n /z tmpfs rw,relatime,size=8\n");
	chdir(outer);
	EXPECT(unlink("a") == 0 && rmdir("y") == 0);
	chdir(inner);
	EXPECT(unlink("b") == 0);
	chdir("/");
	EXPECT(rmdir(outer) == 0 && rmdir(inner) == 0);
}

/* By a link, too: nothing of the image is left to be run. */
static void test_root_is_mounted_over(void)
{
	begin("ln -s .. up");
	prepare_mount(&fields, "tmpfs", "/up", NULL, 0);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	run_begin(&fields, 1, "sh", "true");
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == ENOENT);
	guest_stop(&guest);
}

static void test_refused_places(void)
{
	begin("ln -s /proc/bus bus");
	prepare_mount(&fields, "tmpfs", "/bus", NULL, 0);
	expect_fails(EPERM, "error mounting \"tmpfs\" to rootfs at \"/bus\": \"/proc/bus\" cannot "
			    "be mounted because it is inside /proc");
	begin("ln -s /tmp link");
	prepare_mount(&fields, "sysfs", "/link", NULL, 0);
	expect_fails(ENOTDIR, "error mounting \"sysfs\" to rootfs at \"/link\": filesystem "
			      "\"sysfs\" must be mounted on ordinary directory");
	begin(NULL);
	prepare_mount(&fields, "tmpfs", "/etc/passwd", NULL, 0);
	expect_fails(ENOTDIR, "error mounting \"tmpfs\" to rootfs at \"/etc/passwd\": mount "
			      "tmpfs:/etc/passwd: not a directory");
	begin(NULL);
	put_device("/etc/passwd/x", 3);
	expect_fails(ENOTDIR, "error creating device nodes: mknod /etc/passwd/x: not a directory");
}

static void test_allowed_in_proc(void)
{
	char file[] = "/tmp/agent-cpuinfo-XXXXXX";
	const char *volumes[] = { file, NULL };
	int fd = mkstemp(file);

	REQUIRE(fd >= 0 && write(fd, "one\n", 4) == 4);
	close(fd);
	guest_start(&guest, volumes);
	prepare_begin(&fields, &guest);
	prepare_export(&fields, &guest, 1, "/proc/cpuinfo", MS_RDONLY);
	expect_prints("cat /proc/cpuinfo", "one\n");
	EXPECT(unlink(file) == 0);
}

static const struct test tests[] = {
	{ "tmpcopyup copies owners, modes, times and kinds", test_copy_up },
	{ "tmpcopyup leaves the image alone", test_copy_up_is_the_containers_own },
	{ "tmpcopyup ends at the mount's limits", test_copy_up_has_limits },
	{ "a tmpfs takes its place's mode", test_tmpfs_mode },
	{ "devices are made after all mounts", test_devices_below_later_mounts },
	{ "without a /dev mount the image's gets the nodes", test_no_dev },
	{ "a read-only /dev has its nodes", test_sealed_dev },
	{ "a read-only /dev with a terminal", test_sealed_dev_with_a_terminal },
	{ "a read-only root with a terminal", test_read_only_root_with_a_terminal },
	{ "a volume at /dev is left alone", test_foreign_dev },
	{ "volumes nest, mounts repeat", test_volumes_nest_and_repeat },
	{ "the root is mounted over", test_root_is_mounted_over },
	{ "places that are refused", test_refused_places },
	{ "files of lxcfs in /proc", test_allowed_in_proc },
};

int main(void)
{
	return test_run_all("mounts", tests, sizeof(tests) / sizeof(tests[0]));
}
