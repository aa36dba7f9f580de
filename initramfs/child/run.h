/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_RUN_H
#define XEN_RUNC_CHILD_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "payload.h"

struct agent;

/* The container's first process, when it has prepared the container: waits for its RUN on `socket`,
 * beside others that may run already, and carries it out. It comes as descriptors: the payload's
 * memfd, then stdin, stdout and stderr unless a terminal is to be made. */
noreturn void run_first(int socket, int oom_score);
/* Where this process's oom_score_adj is written, by a descriptor that leads nowhere else: to be
 * opened while the agent's /proc can still be seen. */
int oom_score_open(const struct agent *agent);

/* A child of the agent, born into the container's pid namespace and cgroup: enters the rest of the
 * container and carries out RUN. `stdio` are three descriptors, or NULL with a terminal. */
noreturn void run_beside_child(const struct agent *agent, struct payload run, int report,
			       const int *stdio);

/* The steps. Each ends the child with a report if it fails. */

/* Makes a terminal in the container's devpts, this process's controlling one and its stdin, stdout
 * and stderr; its master goes to the agent. Shows it as /dev/console too if `console`. */
void terminal_open(struct payload run, uid_t owner, bool console);
/* Scheduler, io priority and personality. */
void scheduling_apply(struct payload run);
/* Working directory, user, groups, capabilities, no_new_privs; in the order that keeps each
 * allowed. Where seccomp_apply needs a privilege, what this process may take is not given up yet.
 */
void identity_assume(struct payload run);
/* Takes a capability that identity_assume has left. */
void capability_raise(unsigned int capability);
/* What execvp(3) would run, looked up as runc does and refused in its words. */
void command_find(const char *name, char *const *environment, char path[TEXT_SIZE]);
/* Puts the process under the container's seccomp filter, if RUN has one. Nothing but execve(2)
 * comes after it: whatever else this process did, a profile might refuse. */
void seccomp_apply(struct payload run);
/* The kernel takes a filter from a process with CAP_SYS_ADMIN, or with no_new_privs. */
bool seccomp_needs_privilege(struct payload run);
/* The texts with `tag` as execve(2) takes them, with room for one more, on the heap. */
char **texts_take(struct payload group, uint16_t tag);
/* Runs the startContainer hooks, one after the other, each confined as the process will be, and
 * those without an environment with the process's: config.md "POSIX-platform Hooks". */
void hooks_run(struct payload run, char **environment);
/* The home directory of `uid` in the container's /etc/passwd, or "/". */
void home_find(uid_t uid, char home[TEXT_SIZE]);

#endif
