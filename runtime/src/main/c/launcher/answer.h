/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ANSWER_H
#define XEN_RUNC_LAUNCHER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"
#include "options.h"

/*
 * What needs neither Xen nor the engine: --version, --help, features, check, a verb that does not
 * exist, and verbs on a container that does not. containerd's shim sends a `delete --force` after
 * every container, so that one must cost nothing.
 */

enum answer {
	ANSWER_DONE,	/* answered on stdout, or nothing is to be done */
	ANSWER_FAILED,	/* with `failure` */
	ANSWER_NO_VERB, /* with `failure`: there is no verb of this name */
	ANSWER_ENGINE,	/* the engine's to answer */
};

/* `root` is the canonical --root. */
enum answer answer_locally(const struct options *options, const char *root,
			   struct failure *failure);

/* runc's rule: letters, digits and _+.- only, neither "." nor "..". */
bool container_id_valid(const char *id);

/* The path with every symbolic link in its existing part resolved, absolute and without dots. -1
 * with errno. */
int root_resolve(const char *path, char *resolved, size_t size);

#endif
