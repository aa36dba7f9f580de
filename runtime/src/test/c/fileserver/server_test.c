/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server-test SERVER TREE [CASE]: how the server starts, what it can reach, and how it ends. TREE
 * is empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame.h"
#include "peer.h"
#include "suite.h"
#include "tree.h"

/* Opens the file, and returns its node. */
static uint64_t file_open(uint32_t export, struct fuse_open_out *out)
{
	static uint8_t answer[1000];
	uint64_t file = peer_lookup(export, 1, "file");

	CHECK(file && !peer_ask(export, FUSE_OPEN, file, IN(fuse_open_in, O_RDWR), answer));
	if (out)
		memcpy(out, answer, sizeof(*out));
	return file;
}

static pid_t inner_pid(void)
{
	char path[64];
	FILE *children;
	pid_t pid = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", peer_pid, peer_pid);
	children = fopen(path, "r");
	CHECK(children && fscanf(children, "%d", &pid) == 1);
	fclose(children);
	return pid;
}

static void the_guests_end_frees_everything(void)
{
	char command[200];
	uint32_t export = peer_fresh();
	int error;

	file_open(export, NULL);
	peer_send_frame(FRAME_END, export, "", 0);
	CHECK(peer_receive(export, NULL, &error, 10000) == PEER_END);
	CHECK(!peer_ask(peer_fresh(), FUSE_GETATTR, 1, IN(fuse_getattr_in, 0), NULL));
	/* Nothing but exports' roots, the socket and the log is open once no export has a node. */
	CHECK(peer_stop() == 0 && peer_start(getenv("TREE"), NULL, 0) == 0);
	export = peer_fresh();
	snprintf(command, sizeof(command), "[ $(ls /proc/%d/fd | wc -l) -eq %u ]", inner_pid(),
		 PEER_EXPORTS + 4);
	CHECK(!system(command));
	file_open(export, NULL);
	CHECK(system(command));
	peer_send_frame(FRAME_END, export, "", 0);
	CHECK(peer_receive(export, NULL, &error, 10000) == PEER_END);
	CHECK(!peer_ask(peer_fresh(), FUSE_GETATTR, 1, IN(fuse_getattr_in, 0), NULL));
	CHECK(!system(command));
}

/* How many descriptors the server has. */
static unsigned int descriptors(void)
{
	char command[100];
	unsigned int count = 0;
	FILE *pipe;

	snprintf(command, sizeof(command), "ls /proc/%d/fd | wc -l", inner_pid());
	pipe = popen(command, "r");
	CHECK(pipe && fscanf(pipe, "%u", &count) == 1 && !pclose(pipe));
	return count;
}

/* A message that is refused for its second number must give back what its first one led to. */
static void a_refused_message_holds_nothing(void)
{
	struct {
		struct fuse_rename_in in;
		char names[7];
	} name = { { 12345 }, "file\0x" };
	uint32_t export = peer_fresh();
	unsigned int before = descriptors();
	struct fuse_open_out open;
	uint64_t file = file_open(export, &open);
	uint8_t message[64];

	CHECK(descriptors() == before + 2);
	CHECK(peer_ask(export, FUSE_COPY_FILE_RANGE, file,
		       IN(fuse_copy_file_range_in, open.fh, 0, file, 12345), NULL) == EBADF);
	CHECK(peer_ask(export, FUSE_RENAME, file, &name, sizeof(name.in) + 7, NULL) == ESTALE);
	CHECK(!peer_ask(export, FUSE_RELEASE, file, IN(fuse_release_in, open.fh), NULL));
	CHECK(descriptors() == before + 1);
	peer_send(export, message, message_make(message, FUSE_FORGET, file, IN(fuse_forget_in, 1)),
		  64);
	for (unsigned int i = 0; i < 500 && descriptors() != before; i++)
		usleep(10000);
	CHECK(descriptors() == before);
}

static void the_sandbox_holds_nothing_else(void)
{
	char command[1200];

	peer_fresh();
	snprintf(
	    command, sizeof(command),
	    "p=%d; for n in mnt pid net ipc uts; do"
	    " [ $(readlink /proc/$p/ns/$n) != $(readlink /proc/self/ns/$n) ] || exit 1; done;"
	    "[ \"$(ls /proc/$p/root)\" = \"$(printf 'exports\\nproc')\" ] || exit 2;"
	    "[ \"$(ls /proc/$p/root/proc | grep -c '^[0-9]')\" = 1 ] || exit 3;"
	    "grep -q 'Seccomp:.2' /proc/$p/status || exit 4;"
	    "grep -q 'NoNewPrivs:.1' /proc/$p/status || exit 5;"
	    "grep -qE 'shared:|master:' /proc/$p/mountinfo && exit 6;"
	    "grep -q '^CapEff:.00000000880000db' /proc/$p/status || exit 7;"
	    "grep -q '^CapBnd:.0000000000000000' /proc/$p/status || exit 8;"
	    "awk '$5 ~ /exports/ && $6 !~ /nosuid,nodev,noexec/ {exit 1}' /proc/$p/mountinfo || "
	    "exit 9;"
	    "[ $(awk '$5 !~ /^.exports/' /proc/$p/mountinfo | wc -l) = 2 ] || exit 10;"
	    "touch /proc/$p/root/x 2>/dev/null && exit 11; exit 0",
	    inner_pid());
	CHECK(system(command) == 0);
}

/* More at once than one worker could take: all have had a user's credentials then. */
static void directories_make_as(uint32_t export, uint32_t uid)
{
	struct {
		struct fuse_mkdir_in in;
		char name[8];
	} body = { { .mode = 0755 }, "made" };
	uint8_t message[128];
	int error;

	for (unsigned int i = 0; i < 200; i++) {
		size_t length = message_make(message, FUSE_MKDIR, 1, &body, sizeof(body.in) + 5);

		memcpy(message + offsetof(struct fuse_in_header, uid), &uid, sizeof(uid));
		peer_send(export, message, length, length);
	}
	for (unsigned int i = 0; i < 200; i++)
		CHECK(peer_receive(export, NULL, &error, 10000) >= 0 &&
		      (!error || error == EEXIST));
	CHECK(!rmdir(guest("made")));
}

static void it_dies_with_its_monitor(void)
{
	pid_t inner;
	int status;

	directories_make_as(peer_fresh(), 1000);
	inner = inner_pid();
	CHECK(!kill(peer_pid, 9) && waitpid(peer_pid, &status, 0) == peer_pid);
	for (unsigned int i = 0; i < 500 && !kill(inner, 0); i++)
		usleep(10000);
	CHECK(kill(inner, 0) < 0);
	CHECK(peer_start(getenv("TREE"), NULL, 0) == 0);
}

static void what_cannot_be_exported_is_said(void)
{
	char text[500] = "", path[200];

	CHECK(peer_stop() == 0);
	CHECK(peer_start("/nowhere/x", text, sizeof(text)) == ENOENT);
	CHECK(!strcmp(text, "export \"/nowhere/x\": No such file or directory"));
	CHECK(WEXITSTATUS(peer_stop()) == 1);
	snprintf(path, sizeof(path), "%s.fifo", getenv("TREE"));
	CHECK(!mkfifo(path, 0600));
	CHECK(peer_start(path, text, sizeof(text)) == ENOTSUP && strstr(text, "is a fifo"));
	CHECK(WEXITSTATUS(peer_stop()) == 1 && !unlink(path));
	/* The caller's own links are followed. */
	CHECK(!symlink(getenv("TREE"), path) && peer_start(path, text, sizeof(text)) == 0);
	CHECK(!peer_init(1) && peer_lookup(1, 1, "file"));
	CHECK(peer_stop() == 0 && !unlink(path));
	CHECK(peer_start(getenv("TREE"), text, sizeof(text)) == 0);
}

static const struct test_case cases[] = {
	CASE(the_guests_end_frees_everything), CASE(a_refused_message_holds_nothing),
	CASE(the_sandbox_holds_nothing_else),  CASE(it_dies_with_its_monitor),
	CASE(what_cannot_be_exported_is_said), { NULL, NULL },
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
