/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file server: serves the file trees of one container to its guest, which is not trusted, as
 * FUSE messages in frames on fd 3. docs/protocol.md says what these are; docs/adr/0008 says why.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "export.h"
#include "node.h"
#include "prepare.h"
#include "sandbox.h"
#include "seccomp.h"
#include "self.h"
#include "worker.h"

static void check(int error, const char *what)
{
	char text[256];

	if (!error)
		return;
	snprintf(text, sizeof(text), "file server: %s: %s", what, strerror(error));
	prepare_fail(error, text);
}

static int roots_make(void)
{
	char path[SELF_SIZE];
	int error = 0;

	for (unsigned int i = 0; i < EXPORT_MAX && !error; i++) {
		if (!exports[i])
			continue;
		error = node_root(exports[i]);
		exports[i]->acl = getxattr(self_path(exports[i]->mount_fd, path),
					   "system.posix_acl_access", NULL, 0) >= 0 ||
				  errno != EOPNOTSUPP;
	}
	return error;
}

int main(void)
{
	const char *what;
	int error;

	sandbox_fork();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	prepare_read();
	error = sandbox_enter(&what);
	check(error, what);
	check(roots_make(), "open the exports");
	check(worker_start(), "start the workers");
	check(seccomp_seal(), "forbid system calls");
	prepare_done();
	worker_run();
}
