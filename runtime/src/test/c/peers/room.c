/* SPDX-License-Identifier: Apache-2.0 */
#include "room.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void room_enter(void)
{
	int status;
	pid_t room;

	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET)) {
		perror("unshare (these tests must be run as root)");
		exit(1);
	}
	fflush(NULL);
	room = fork();
	if (room > 0) {
		while (waitpid(room, &status, 0) < 0 && errno == EINTR)
			continue;
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (room < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("run", "/run", "tmpfs", 0, "mode=755") ||
	    mount("log", "/var/log", "tmpfs", 0, "mode=755")) {
		perror("make the test's room");
		exit(1);
	}
}
