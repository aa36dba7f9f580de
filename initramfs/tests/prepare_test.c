/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "test.h"

static struct guest guest;
static struct fields fields;

static void expect_prints(const char *script, const char *expected)
{
	prepare_prints(&guest, &fields, script, expected);
}

static void expect_fails(uint32_t status, const char *text)
{
	prepare_fails(&guest, &fields, status, text);
}

static void put_pair(uint16_t group, uint16_t first, const char *name, uint16_t second,
		     const char *value)
{
	size_t mark = field_group_begin(&fields.writer, group);

	field_put_text(&fields.writer, first, name);
	field_put_text(&fields.writer, second, value);
	field_group_end(&fields.writer, mark);
}

static void host_write(const char *path, const char *text, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0644);

	EXPECT(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void test_mounts(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	expect_prints("while read a b c d; do echo $a $b $c; done </proc/mounts | cut -d, -f1-3",
		      "xen-runc / fuse\nproc /proc proc\ntmpfs /dev tmpfs\n"
		      "devpts /dev/pts devpts\nsysfs /sys sysfs\n"
		      "cgroup /sys/fs/cgroup cgroup2\nmqueue /dev/mqueue mqueue\n"
		      "tmpfs /dev/shm tmpfs\n");
	guest_stop(&guest);
}

static void test_mount_flags(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	prepare_mount(&fields, "tmpfs", "/a", "size=64k", MS_NOEXEC | MS_NOATIME);
	prepare_mount(&fields, "tmpfs", "/b", "size=64k", MS_RDONLY | MS_NOSUID | MS_NODEV);
	expect_prints(
	    "grep -E ' /(a|b|sys|dev/shm) ' /proc/mounts | cut -d' ' -f2,4 | cut -d, -f1-4;"
	    "touch /b/x 2>&1; true",
	    "/sys ro,nosuid,nodev,noexec\n/dev/shm rw,nosuid,nodev,noexec\n"
	    "/a rw,noexec,noatime,size=64k\n/b ro,nosuid,nodev,relatime\n"
	    "touch: /b/x: Read-only file system\n");
	guest_stop(&guest);
}

static void test_masks(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	host_write(guest_path(&guest, "/etc/secret"), "secret\n", O_EXCL);
	EXPECT(symlink("../etc/secret", guest_path(&guest, "/tmp/link")) == 0);
	field_put_text(&fields.writer, FIELD_MASKED_PATH, "/tmp/link");
	field_put_text(&fields.writer, FIELD_MASKED_PATH, "/proc/scsi");
	field_put_text(&fields.writer, FIELD_MASKED_PATH, "/proc/driver");
	field_put_text(&fields.writer, FIELD_MASKED_PATH, "/no/such/path");
	field_put_text(&fields.writer, FIELD_MASKED_PATH, "/etc/passwd/no");
	field_put_text(&fields.writer, FIELD_READONLY_PATH, "/proc/sys");
	field_put_text(&fields.writer, FIELD_READONLY_PATH, "/root");
	expect_prints(
	    "cat /etc/secret; ls -A /proc/driver; touch /root/x 2>&1; touch /x && echo made;"
	    "echo 1 2>&1 >/proc/sys/kernel/domainname; echo end",
	    "touch: /root/x: Read-only file system\nmade\n"
	    "sh: can't create /proc/sys/kernel/domainname: Read-only file system\nend\n");
	guest_stop(&guest);
}

static void test_read_only_root(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	prepare_mount(&fields, "tmpfs", "/new/made", NULL, 0);
	field_put_u32(&fields.writer, FIELD_READONLY, 1);
	expect_prints("touch /x 2>&1; touch /new/made/x && echo made; touch /dev/x && echo made",
		      "touch: /x: Read-only file system\nmade\nmade\n");
	guest_stop(&guest);
}

static void test_volumes(void)
{
	char directory[] = "/tmp/agent-volume-XXXXXX", file[64], command[128];
	const char *volumes[] = { directory, file, NULL };

	REQUIRE(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/hosts", directory);
	host_write(file, "127.0.0.1 localhost\n", 0);
	guest_start(&guest, volumes);
	prepare_begin(&fields, &guest);
	prepare_export(&fields, &guest, 1, "/made/data", 0);
	prepare_export(&fields, &guest, 2, "/etc/hosts", MS_RDONLY);
	size_t mark = field_group_begin(&fields.writer, FIELD_MOUNT);
	field_put_text(&fields.writer, FIELD_TYPE, "export");
	field_put_u32(&fields.writer, FIELD_NUMBER, 1);
	field_put_text(&fields.writer, FIELD_TARGET, "/again");
	field_put_u64(&fields.writer, FIELD_FLAGS, MS_RDONLY);
	field_group_end(&fields.writer, mark);
	expect_prints(
	    "cat /etc/hosts; echo x 2>&1 >/etc/hosts; ls /made/data; echo y >/made/data/y;"
	    "cat /again/y; touch /again/z 2>&1; exit 0",
	    "127.0.0.1 localhost\nsh: can't create /etc/hosts: Read-only file system\n"
	    "hosts\ny\ntouch: /again/z: Read-only file system\n");
	guest_stop(&guest);
	snprintf(command, sizeof(command), "rm %s/hosts %s/y && rmdir %s", directory, directory,
		 directory);
	EXPECT(system(command) == 0);
}

static void test_targets_stay_inside(void)
{
	char outside[] = "/tmp/agent-outside-XXXXXX";

	REQUIRE(mkdtemp(outside));
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	EXPECT(symlink(outside, guest_path(&guest, "/absolute")) == 0);
	EXPECT(symlink("../../../../../../../..", guest_path(&guest, "/up")) == 0);
	EXPECT(symlink("/run", guest_path(&guest, "/var")) == 0);
	prepare_mount(&fields, "tmpfs", "/absolute/a", NULL, 0);
	prepare_mount(&fields, "tmpfs", "/up/b", NULL, 0);
	prepare_mount(&fields, "tmpfs", "/../../c", NULL, 0);
	prepare_mount(&fields, "tmpfs", "/var/d", NULL, 0);
	expect_prints(
	    "grep -E '/(a|b|c|d) ' /proc/mounts | cut -d' ' -f2 | sed 's/.*outside.*a/A/'",
	    "A\n/b\n/c\n/run/d\n");
	EXPECT(rmdir(outside) == 0); /* nothing was made there */
	guest_stop(&guest);
}

static void test_settings(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_text(&fields.writer, FIELD_DOMAINNAME, "example.org");
	put_pair(FIELD_SYSCTL, FIELD_NAME, "net.ipv4.ip_default_ttl", FIELD_VALUE, "77");
	put_pair(FIELD_SYSCTL, FIELD_NAME, "kernel.shmmni", FIELD_VALUE, "123");
	put_pair(FIELD_SYSCTL, FIELD_NAME, "net/ipv4/conf/lo/forwarding", FIELD_VALUE, "1");
	/* This machine's settings are not the agent's. */
	put_pair(FIELD_HOST_SYSCTL, FIELD_NAME, "net.ipv4.ip_forward", FIELD_VALUE, "1");
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.descendants", FIELD_VALUE, "3");
	/* Not there in a kernel without swap, and in a tree whose controllers are in version 1. */
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "memory.swap.max", FIELD_VALUE, "67108864");
	expect_prints("cd /proc/sys; cat net/ipv4/ip_default_ttl kernel/shmmni kernel/domainname;"
		      "cat net/ipv4/conf/lo/forwarding net/ipv4/ip_forward "
		      "/sys/fs/cgroup/cgroup.max.descendants",
		      "77\n123\nexample.org\n1\n0\n3\n");
	guest_stop(&guest);
}

static void test_failures_are_told(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	prepare_mount(&fields, "nosuchfs", "/x", NULL, 0);
	expect_fails(
	    ENODEV,
	    "error mounting \"nosuchfs\" to rootfs at \"/x\": mount nosuchfs:/x: no such device");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	prepare_mount(&fields, "tmpfs", "/x", "mode=abc", 0);
	expect_fails(EINVAL, "error mounting \"tmpfs\" to rootfs at \"/x\": mount tmpfs:/x: "
			     "invalid argument: tmpfs: Bad value for 'mode'");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	prepare_mount(&fields, "tmpfs", "/etc/passwd/x", NULL, 0);
	expect_fails(
	    ENOTDIR,
	    "error mounting \"tmpfs\" to rootfs at \"/etc/passwd/x\": mkdir: not a directory");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_SYSCTL, FIELD_NAME, "kernel.nosuch", FIELD_VALUE, "1");
	expect_fails(ENOENT, "open /proc/sys/kernel/nosuch: no such file or directory");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "../cgroup.procs", FIELD_VALUE, "1");
	expect_fails(EXDEV, NULL);

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.nosuch", FIELD_VALUE, "1");
	expect_fails(ENOENT, "unable to set unified resource \"cgroup.nosuch\": no such file or "
			     "directory");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "moon.phase", FIELD_VALUE, "1");
	expect_fails(ENOENT,
		     "unified resource \"moon.phase\" can't be set: controller \"moon\" not "
		     "available");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "nosuch", FIELD_VALUE, "1");
	expect_fails(ENOENT,
		     "unified resource \"nosuch\" must be in the form CONTROLLER.PARAMETER");

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.depth", FIELD_VALUE, "deep");
	expect_fails(EINVAL, "cgroup limit cgroup.max.depth: invalid argument");

	guest_start(&guest, NULL);
	fields_begin(&fields);
	expect_fails(EINVAL, "prepare: no root: neither export 0 nor a mount at /");
}

static void stats_begin(const char *first, const char *second)
{
	fields_begin(&fields);
	field_put_text(&fields.writer, FIELD_NAME, first);
	field_put_text(&fields.writer, FIELD_NAME, second);
}

static bool limits_printed(struct guest *at, uint32_t process)
{
	return strcmp(guest_output(at, process, 0), "7\n5\n") == 0;
}

static void test_update_and_stats(void)
{
	const struct seen_reply *reply;

	guest_start(&guest, NULL);
	fields_begin(&fields);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.depth", FIELD_VALUE, "7");
	EXPECT(guest_call(&guest, FRAME_UPDATE, &fields)->status == ESRCH);
	stats_begin("cpu.stat", "nosuch.file");
	EXPECT(guest_call(&guest, FRAME_STATS, &fields)->status == ESRCH);
	guest_prepare(&guest);
	fields_begin(&fields);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.depth", FIELD_VALUE, "7");
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.descendants", FIELD_VALUE, "5");
	EXPECT(guest_call(&guest, FRAME_UPDATE, &fields)->status == 0);
	fields_begin(&fields);
	put_pair(FIELD_CGROUP_LIMIT, FIELD_NAME, "cgroup.max.depth", FIELD_VALUE, "deep");
	reply = guest_call(&guest, FRAME_UPDATE, &fields);
	EXPECT(reply->status == EINVAL &&
	       strcmp(reply->text, "cgroup limit cgroup.max.depth: invalid argument") == 0);
	guest_run(&guest, 1,
		  "cd /sys/fs/cgroup; cat cgroup.max.depth cgroup.max.descendants; sleep 1000");
	stats_begin("cpu.stat", "../cgroup.procs");
	reply = guest_call(&guest, FRAME_STATS, &fields);
	EXPECT(reply->status == 0 && strncmp(reply->file, "usage_usec ", 11) == 0);
	EXPECT(reply->files == 1);
	stats_begin("cgroup.max.depth", "cpu.stat");
	reply = guest_call(&guest, FRAME_STATS, &fields);
	EXPECT(reply->files == 2 && strcmp(reply->file, "7\n") == 0);
	EXPECT(guest_pump(&guest, limits_printed, 1));
	guest_stop(&guest);
}

static void test_only_once(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	prepare_begin(&fields, &guest);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == EBUSY);
	guest_run(&guest, 1, "sleep 1000");
	run_begin(&fields, 1, "sh", "true");
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == EINVAL);
	guest_stop(&guest);
}

static void test_writes_reach_the_host(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	expect_prints("head -c 3000000 /bin/busybox >/big; mkdir /d; ln -s x /d/l; mv /d /e", "");
	EXPECT(access(guest_path(&guest, "/big"), F_OK) == 0);
	EXPECT(access(guest_path(&guest, "/e"), F_OK) == 0);
	guest_stop(&guest);
}

static const struct test tests[] = {
	{ "the usual mounts, in order", test_mounts },
	{ "mount flags", test_mount_flags },
	{ "masked and read-only paths", test_masks },
	{ "a read-only root", test_read_only_root },
	{ "volumes: a directory, a file, one twice", test_volumes },
	{ "targets stay inside the root", test_targets_stay_inside },
	{ "sysctls, limits, names", test_settings },
	{ "failures are told", test_failures_are_told },
	{ "limits are changed, figures are told", test_update_and_stats },
	{ "PREPARE and RUN of process 1 happen once", test_only_once },
	{ "writes reach the host", test_writes_reach_the_host },
};

int main(void)
{
	return test_run_all("prepare", tests, sizeof(tests) / sizeof(tests[0]));
}
