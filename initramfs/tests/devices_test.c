/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device_program.h"
#include "guest.h"
#include "test.h"

#define READ BPF_DEVCG_ACC_READ
#define WRITE BPF_DEVCG_ACC_WRITE
#define ANY UINT32_MAX

static struct guest guest;
static struct fields fields;

static void expect_prints(const char *script, const char *expected)
{
	prepare_prints(&guest, &fields, script, expected);
}

static void test_default_devices(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	expect_prints("cd /dev; ls -ln null zero full random urandom tty | tr -s ' ' |"
		      "  cut -d' ' -f1,3-6,10;"
		      "ls -l fd stdin stdout stderr ptmx | tr -s ' ' | cut -d' ' -f9-;"
		      "echo x >null; head -c 2 zero | wc -c; head -c 2 urandom | wc -c",
		      "crw-rw-rw- 0 0 1, 7 full\ncrw-rw-rw- 0 0 1, 3 null\n"
		      "crw-rw-rw- 0 0 1, 8 random\ncrw-rw-rw- 0 0 5, 0 tty\n"
		      "crw-rw-rw- 0 0 1, 9 urandom\ncrw-rw-rw- 0 0 1, 5 zero\n"
		      "fd -> /proc/self/fd\nptmx -> pts/ptmx\nstderr -> /proc/self/fd/2\n"
		      "stdin -> /proc/self/fd/0\nstdout -> /proc/self/fd/1\n2\n2\n");
	guest_stop(&guest);
}

static void put_device(const char *path, uint32_t kind, uint32_t major, uint32_t minor)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_DEVICE);

	field_put_text(&fields.writer, FIELD_PATH, path);
	field_put_u32(&fields.writer, FIELD_KIND, kind);
	field_put_u32(&fields.writer, FIELD_MAJOR, major);
	field_put_u32(&fields.writer, FIELD_MINOR, minor);
	field_put_u32(&fields.writer, FIELD_MODE, 0640);
	field_put_u32(&fields.writer, FIELD_UID, 7);
	field_put_u32(&fields.writer, FIELD_GID, 8);
	field_group_end(&fields.writer, mark);
}

static void put_rule(uint32_t kind, uint32_t major, uint32_t minor, uint32_t access)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_DEVICE_RULE);

	field_put_u32(&fields.writer, FIELD_KIND, kind);
	if (major != ANY)
		field_put_u32(&fields.writer, FIELD_MAJOR, major);
	if (minor != ANY)
		field_put_u32(&fields.writer, FIELD_MINOR, minor);
	field_put_u32(&fields.writer, FIELD_ACCESS, access);
	field_group_end(&fields.writer, mark);
}

/* Tells of each: nothing if it opens, or why not. */
#define TRY_EACH(nodes, how)                                                                       \
	"for n in " nodes "; do (true " how "$n) 2>&1 || echo; done |"                             \
	"  sed -n 's/.*create //; s/.*open //; /:/p';"

static void test_nodes(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_device("/dev/net/fuse", S_IFCHR, 10, 229);
	put_device("/dev/pipe", S_IFIFO, 0, 0);
	put_device("/dev/kmsg", S_IFCHR, 1, 11);
	put_device("/dev/lacking", S_IFBLK, 3, 70);
	put_rule(S_IFCHR, 10, 229, READ | WRITE);
	/* A node is made whatever the rules say, and opens only if they allow it. */
	expect_prints("cd /dev; ls -ln net/fuse pipe lacking | tr -s ' ' | cut -d' ' -f1,3,4;"
		      "true <>net/fuse && echo opens; mknod m c 1 1; mknod k c 1 11; mknod l c 7 0;"
		      "for f in m k l kmsg lacking; do head -c 1 $f 2>&1; done | sed 's/.*: //'",
		      "brw-r----- 7 8\ncrw-r----- 7 8\nprw-r----- 7 8\nopens\n"
		      "Operation not permitted\nOperation not permitted\n"
		      "Operation not permitted\nOperation not permitted\n"
		      "Operation not permitted\n");
	guest_stop(&guest);
}

static void test_exceptions_of_none(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	put_rule(S_IFCHR, 10, ANY, READ);
	expect_prints("mknod /f c 10 229; mknod /b b 10 229;" TRY_EACH("/f /b", "<")
			  TRY_EACH("/f", ">"),
		      "/b: Operation not permitted\n/f: Operation not permitted\n");
	guest_stop(&guest);
}

static void test_exceptions_of_all(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_u32(&fields.writer, FIELD_DEVICES_ALLOWED, 1);
	put_rule(S_IFCHR, 10, 229, WRITE);
	put_rule(S_IFCHR, ANY, ANY, 0);
	put_rule(S_IFCHR, 1, 3, READ | WRITE);
	/* Whoever asks for more than is refused is refused; the default devices stay. */
	expect_prints("mknod /f c 10 229;" TRY_EACH("/f", "<") TRY_EACH("/f", ">")
			  TRY_EACH("/f", "<>") TRY_EACH("/dev/null", "<>"),
		      "/f: Operation not permitted\n/f: Operation not permitted\n");
	guest_stop(&guest);
}

/* A privileged container: all is allowed but what is the agent's and the kernel's. */
static void test_forbidden_to_all(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_u32(&fields.writer, FIELD_DEVICES_ALLOWED, 1);
	expect_prints("mknod /mem c 1 1; mknod /kmem c 1 2; mknod /port c 1 4; mknod /kmsg c 1 11;"
		      "mknod /con c 5 1; mknod /hvc0 c 229 0; mknod /hvc7 c 229 7;"
		      "mknod /fuse c 10 229;" TRY_EACH("/mem /kmem /port /kmsg /con /hvc0 /hvc7 "
						       "/fuse",
						       "<"),
		      "/mem: Operation not permitted\n/kmem: Operation not permitted\n"
		      "/port: Operation not permitted\n/kmsg: Operation not permitted\n"
		      "/con: Operation not permitted\n/hvc0: Operation not permitted\n"
		      "/hvc7: Operation not permitted\n");
	guest_stop(&guest);
}

static void test_many(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	for (uint32_t i = 0; i < 200; i++)
		put_rule(S_IFBLK, 259, i, READ);
	put_rule(S_IFCHR, 10, 229, READ);
	expect_prints("mknod /f c 10 229;" TRY_EACH("/f", "<") TRY_EACH("/f", ">"),
		      "/f: Operation not permitted\n");
	guest_stop(&guest);
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	for (uint32_t i = 0; i < 300; i++)
		put_rule(S_IFBLK, 259, i, READ);
	EXPECT(strcmp(guest_call(&guest, FRAME_PREPARE, &fields)->text,
		      "prepare: device rules: argument list too long") == 0);
	guest_stop(&guest);
}

/* Whoever runs containers in a container gives their cgroups programs of their own. */
static void test_programs_below(void)
{
	static struct device_program all;
	char below[PATH_MAX];
	glob_t cgroups;
	int fd;

	guest_start(&guest, NULL);
	guest_prepare(&guest);
	EXPECT(glob("/sys/fs/cgroup/container-*", 0, NULL, &cgroups) == 0 ||
	       glob("/sys/fs/cgroup/unified/container-*", 0, NULL, &cgroups) == 0);
	snprintf(below, sizeof(below), "%s/below", cgroups.gl_pathv[0]);
	globfree(&cgroups);
	EXPECT(mkdir(below, 0755) == 0);
	fd = open(below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	device_program_begin(&all);
	device_program_end(&all, true);
	EXPECT(device_program_attach(&all, fd) == 0);
	close(fd);
	EXPECT(rmdir(below) == 0);
	guest_stop(&guest);
}

static const struct test tests[] = {
	{ "default devices and links", test_default_devices },
	{ "nodes are made, and open if a rule allows it", test_nodes },
	{ "rules where nothing else is allowed", test_exceptions_of_none },
	{ "rules where everything else is allowed", test_exceptions_of_all },
	{ "what is forbidden to every container", test_forbidden_to_all },
	{ "200 rules, and too many", test_many },
	{ "cgroups below have programs of their own", test_programs_below },
};

int main(void)
{
	return test_run_all("devices", tests, sizeof(tests) / sizeof(tests[0]));
}
