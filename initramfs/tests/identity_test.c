/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "test.h"

static struct guest guest;
static struct fields fields;

static void prepared(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
}

/* Sends the RUN in `fields`, which is refused. */
static void refused(uint32_t status, const char *text)
{
	const struct seen_reply *reply = guest_call(&guest, FRAME_RUN, &fields);

	EXPECT(reply->status == status);
	EXPECT(strcmp(reply->text, text) == 0);
	if (strcmp(reply->text, text) != 0)
		fprintf(stderr, "%u: %s\n", reply->status, reply->text);
	guest_stop(&guest);
}

/* Sends the RUN in `fields`, which ends with 0 and this output. */
static void outputs(const char *text)
{
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), text) == 0);
	fputs(test_failures ? guest_output(&guest, 1, 0) : "", stderr);
	fputs(test_failures ? guest_output(&guest, 1, 1) : "", stderr);
	guest_stop(&guest);
}

static void test_environment(void)
{
	guest_start(&guest, NULL);
	guest_prepare(&guest);
	run_begin(&fields, 1, "sh",
		  "echo $HOME $A $(pwd) $(id -u) $(id -g) $(id -G) $(umask) $(hostname);"
		  "grep -E 'CapEff|CapBnd|CapAmb|NoNewPrivs|SigIgn|SigBlk' /proc/self/status;"
		  "ls /proc/self/fd; ulimit -n; cat /proc/self/oom_score_adj");
	/* Appended fields of a u32 that must stand once would be refused; lists may grow. */
	field_put_text(&fields.writer, FIELD_ENV, "A=1");
	field_put_text(&fields.writer, FIELD_ENV, "A=2");
	field_put_u32(&fields.writer, FIELD_GROUP, 12);
	field_put_u32(&fields.writer, FIELD_UMASK, 027);
	field_put_u32(&fields.writer, FIELD_NO_NEW_PRIVS, 1);
	field_put_u32(&fields.writer, FIELD_OOM_SCORE_ADJ, 5);
	size_t mark = field_group_begin(&fields.writer, FIELD_RLIMIT);
	field_put_u32(&fields.writer, FIELD_KIND, 7);
	field_put_u64(&fields.writer, FIELD_SOFT, 100);
	field_put_u64(&fields.writer, FIELD_HARD, 200);
	field_group_end(&fields.writer, mark);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "/root 2 / 0 0 0 12 0027 box\n"
						  "SigBlk:\t0000000000000000\n"
						  "SigIgn:\t0000000000000000\n"
						  "CapEff:\t00000000a80425fb\n"
						  "CapBnd:\t00000000a80425fb\n"
						  "CapAmb:\t0000000000000000\n"
						  "NoNewPrivs:\t1\n"
						  "0\n1\n2\n3\n100\n5\n") == 0);
	fputs(test_failures ? guest_output(&guest, 1, 0) : "", stderr);
	guest_stop(&guest);
}

static void test_user_and_directory(void)
{
	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_text(&fields.writer, FIELD_CWD, "/made/for/it");
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_PROCESS, 1);
	field_put_text(&fields.writer, FIELD_ARG, "/bin/sh");
	field_put_text(&fields.writer, FIELD_ARG, "-c");
	field_put_text(&fields.writer, FIELD_ARG,
		       "id -u; id -g; pwd; echo $HOME; echo x >/dev/stderr;"
		       "grep -E 'CapEff|CapPrm|CapBnd' /proc/self/status");
	field_put_text(&fields.writer, FIELD_ENV, "HOME=");
	field_put_text(&fields.writer, FIELD_CWD, "/made/for/it");
	field_put_u32(&fields.writer, FIELD_UID, 1000);
	field_put_u32(&fields.writer, FIELD_GID, 1001);
	field_put_u64(&fields.writer, FIELD_CAP_BOUNDING, 0x20);
	EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status == 0);
	EXPECT(guest_wait(&guest, 1) == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 0), "1000\n1001\n/made/for/it\n/\n"
						  "CapPrm:\t0000000000000000\n"
						  "CapEff:\t0000000000000000\n"
						  "CapBnd:\t0000000000000020\n") == 0);
	EXPECT(strcmp(guest_output(&guest, 1, 1), "x\n") == 0);
	fputs(test_failures ? guest_output(&guest, 1, 0) : "", stderr);
	fputs(test_failures ? guest_output(&guest, 1, 1) : "", stderr);
	guest_stop(&guest);
}

/* RUN as this user and group alone. */
static void run_as(uint32_t uid, uint32_t gid)
{
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_PROCESS, 1);
	field_put_text(&fields.writer, FIELD_ARG, "/bin/sh");
	field_put_text(&fields.writer, FIELD_CWD, "/");
	field_put_u32(&fields.writer, FIELD_UID, uid);
	field_put_u32(&fields.writer, FIELD_GID, gid);
}

static void test_no_such_users(void)
{
	prepared();
	run_as(UINT32_MAX, 0);
	refused(EINVAL, "unable to setup user: cannot setuid to unmapped uid 4294967295 in user "
			"namespace");
	prepared();
	run_as(0, UINT32_MAX);
	refused(EINVAL, "unable to setup user: cannot setgid to unmapped gid 4294967295 in user "
			"namespace");
	prepared();
	run_begin(&fields, 1, "sh", "true");
	field_put_u32(&fields.writer, FIELD_GROUP, UINT32_MAX);
	refused(EINVAL, "unable to setup user: setgroups: invalid argument");
}

static void put_rlimit(uint32_t kind, uint64_t soft, uint64_t hard)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_RLIMIT);

	field_put_u32(&fields.writer, FIELD_KIND, kind);
	field_put_u64(&fields.writer, FIELD_SOFT, soft);
	field_put_u64(&fields.writer, FIELD_HARD, hard);
	field_group_end(&fields.writer, mark);
}

static void test_impossible_rlimits(void)
{
	prepared();
	run_begin(&fields, 1, "sh", "true");
	put_rlimit(7, 200, 100);
	refused(EINVAL, "error setting rlimits for ready process: error setting rlimit type 7: "
			"invalid argument");
	prepared();
	run_begin(&fields, 1, "sh", "true");
	put_rlimit(7, 2000000000, 2000000000);
	refused(EPERM, "error setting rlimits for ready process: error setting rlimit type 7: "
		       "operation not permitted");
}

/* Only the container's own process has its directory made for it. */
static void test_directory_missing_exec(void)
{
	const struct seen_reply *reply;

	prepared();
	guest_run(&guest, 1, "sleep 1000");
	fields_begin(&fields);
	field_put_u32(&fields.writer, FIELD_PROCESS, 2);
	field_put_text(&fields.writer, FIELD_ARG, "/bin/sh");
	field_put_text(&fields.writer, FIELD_CWD, "/nowhere");
	field_put_u32(&fields.writer, FIELD_UID, 0);
	field_put_u32(&fields.writer, FIELD_GID, 0);
	reply = guest_call(&guest, FRAME_RUN, &fields);
	EXPECT(reply->status == ENOENT);
	EXPECT(strcmp(reply->text, "chdir to cwd (\"/nowhere\") set in config.json failed: no such "
				   "file or directory") == 0);
	EXPECT(access(guest_path(&guest, "/nowhere"), F_OK) < 0);
	guest_stop(&guest);
}

/* What the agent's child holds until it is the container's leads out of it. */
static void test_directory_of_a_descriptor(void)
{
	char directory[32];

	prepared();
	guest_run(&guest, 1, "sleep 1000");
	for (int fd = 3; fd < 40; fd++) {
		snprintf(directory, sizeof(directory), "/proc/self/fd/%d", fd);
		fields_begin(&fields);
		field_put_u32(&fields.writer, FIELD_PROCESS, 2);
		field_put_text(&fields.writer, FIELD_ARG, "/bin/true");
		field_put_text(&fields.writer, FIELD_CWD, directory);
		field_put_u32(&fields.writer, FIELD_UID, 0);
		field_put_u32(&fields.writer, FIELD_GID, 0);
		EXPECT(guest_call(&guest, FRAME_RUN, &fields)->status != 0);
	}
	guest_stop(&guest);
}

static void prepare_refused(const char *directory, uint32_t status, const char *text)
{
	const struct seen_reply *reply;

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_text(&fields.writer, FIELD_CWD, directory);
	reply = guest_call(&guest, FRAME_PREPARE, &fields);
	EXPECT(reply->status == status);
	EXPECT(strcmp(reply->text, text) == 0);
	if (strcmp(reply->text, text) != 0)
		fprintf(stderr, "%u: %s\n", reply->status, reply->text);
	guest_stop(&guest);
}

static void test_directory_impossible(void)
{
	prepare_refused("/etc/passwd", ENOTDIR, "mkdir /etc/passwd: not a directory");
	prepare_refused("/etc/passwd/x", ENOTDIR, "mkdir /etc/passwd/x: not a directory");
}

static void test_directory_on_a_read_only_root(void)
{
	struct stat status;

	guest_start(&guest, NULL);
	prepare_begin(&fields, &guest);
	field_put_text(&fields.writer, FIELD_CWD, "/made/../made/deep");
	field_put_u32(&fields.writer, FIELD_READONLY, 1);
	EXPECT(guest_call(&guest, FRAME_PREPARE, &fields)->status == 0);
	EXPECT(stat(guest_path(&guest, "/made/deep"), &status) == 0);
	EXPECT(status.st_uid == 0 && (status.st_mode & 07777) == 0755);
	run_begin(&fields, 1, "sh", "cd /made/deep && touch x || echo read-only");
	outputs("read-only\n");
}

/* A fifo would hold whoever opens it, and a device may never end. */
static void test_passwd_is_no_file(void)
{
	prepared();
	EXPECT(unlink(guest_path(&guest, "/etc/passwd")) == 0);
	EXPECT(mkfifo(guest_path(&guest, "/etc/passwd"), 0644) == 0);
	run_begin(&fields, 1, "sh", "echo $HOME");
	outputs("/\n");
	prepared();
	EXPECT(unlink(guest_path(&guest, "/etc/passwd")) == 0);
	EXPECT(symlink("/dev/zero", guest_path(&guest, "/etc/passwd")) == 0);
	run_begin(&fields, 1, "sh", "echo $HOME");
	outputs("/\n");
}

static void put_scheduler(uint32_t policy, int32_t nice, uint32_t priority)
{
	size_t mark = field_group_begin(&fields.writer, FIELD_SCHEDULER);

	field_put_u32(&fields.writer, FIELD_POLICY, policy);
	field_put_u32(&fields.writer, FIELD_NICE, (uint32_t)nice);
	field_put_u32(&fields.writer, FIELD_PRIORITY, priority);
	field_group_end(&fields.writer, mark);
}

static void test_scheduling(void)
{
	/* Fields 19, nice, and 41, the policy, of stat; the name holds no space. */
	prepared();
	run_begin(&fields, 1, "sh", "cut -d' ' -f19,41 </proc/self/stat; uname -m; ionice -p $$");
	put_scheduler(SCHED_BATCH, 5, 0);
	field_put_u32(&fields.writer, FIELD_PERSONALITY, 8);
	field_put_u32(&fields.writer, FIELD_IO_PRIORITY, 2 << 13 | 6);
	outputs("5 3\ni686\nbest-effort: prio 6\n");
	prepared();
	run_begin(&fields, 1, "sh", "cut -d' ' -f41 </proc/self/stat; uname -m");
	field_put_u32(&fields.writer, FIELD_PERSONALITY, 0);
	outputs("0\nx86_64\n");
}

static void test_scheduling_refused(void)
{
	prepared();
	run_begin(&fields, 1, "sh", "true");
	put_scheduler(SCHED_FIFO, 0, 0);
	refused(EINVAL, "error setting scheduler: invalid argument");
	prepared();
	run_begin(&fields, 1, "sh", "true");
	field_put_u32(&fields.writer, FIELD_IO_PRIORITY, 7 << 13);
	refused(EINVAL, "failed to set io priority: invalid argument");
}

static const struct test tests[] = {
	{ "the environment is what RUN says", test_environment },
	{ "user, capabilities and working directory", test_user_and_directory },
	{ "users and groups that are none", test_no_such_users },
	{ "impossible rlimits are refused in runc's words", test_impossible_rlimits },
	{ "an exec'd process gets no directory made", test_directory_missing_exec },
	{ "no descriptor of the agent's is a working directory", test_directory_of_a_descriptor },
	{ "a working directory that cannot be", test_directory_impossible },
	{ "a working directory is made before the root is read-only",
	  test_directory_on_a_read_only_root },
	{ "/etc/passwd may be no file", test_passwd_is_no_file },
	{ "scheduler, io priority and personality", test_scheduling },
	{ "scheduling that the kernel refuses", test_scheduling_refused },
};

int main(void)
{
	return test_run_all("identity", tests, sizeof(tests) / sizeof(tests[0]));
}
