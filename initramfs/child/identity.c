/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capabilities.h"
#include "child.h"
#include "seccomp.h"

static noreturn void identity_fail(const char *what)
{
	child_fail(errno, "%s: %s", what, child_error(errno));
}

static void groups_apply(struct payload run)
{
	struct field_reader reader = payload_reader(run);
	size_t count = 0;
	struct field field;
	gid_t *groups;

	while (payload_next(&reader, FIELD_GROUP, &field))
		count++;
	groups = calloc(count + 1, sizeof(*groups));
	if (!groups)
		identity_fail("setgroups");
	reader = payload_reader(run);
	for (size_t i = 0; payload_next(&reader, FIELD_GROUP, &field); i++)
		field_u32(&field, &groups[i]);
	if (syscall(SYS_setgroups, count, groups) < 0)
		identity_fail("unable to setup user: setgroups");
	free(groups);
}

/* The kernel says EINVAL to -1 alone, which is no user: in the words of runc's setupUser. */
static noreturn void user_fail(const char *what, uint32_t number)
{
	if (errno == EINVAL)
		child_fail(EINVAL,
			   "unable to setup user: cannot set%s to unmapped %s %u in user "
			   "namespace",
			   what, what, number);
	child_fail(errno, "unable to setup user: %s", child_error(errno));
}

static void user_apply(struct payload run)
{
	uint32_t uid = payload_u32(run, FIELD_UID, 0), gid = payload_u32(run, FIELD_GID, 0);

	if (syscall(SYS_setgid, gid) < 0)
		user_fail("gid", gid);
	if (syscall(SYS_setuid, uid) < 0)
		user_fail("uid", uid);
}

/* What a program may do comes from the bounding, inheritable and ambient sets alone, unless
 * no_new_privs is set: capabilities(7), "Transformation of capabilities during execve()". So the
 * permitted set can stay as it is until then. */
static void capabilities_apply(struct payload run)
{
	struct capabilities held, sets = {
		.effective = payload_u64(run, FIELD_CAP_EFFECTIVE, 0),
		.permitted = payload_u64(run, FIELD_CAP_PERMITTED, 0),
		.inheritable = payload_u64(run, FIELD_CAP_INHERITABLE, 0),
	};

	if (seccomp_needs_privilege(run)) {
		if (sets.effective & ~sets.permitted) { /* as capset(2) */
			errno = EPERM;
			identity_fail("capabilities");
		}
		capabilities_get(&held);
		sets.permitted = held.permitted;
	}
	capabilities_set(&sets);
	ambient_raise(payload_u64(run, FIELD_CAP_AMBIENT, 0));
}

/* Tried before the user changes, because root may enter where the user may not; and after it,
 * because on a file system that gives root no privilege only the user may: runc's init_linux.go. */
static bool directory_enter(const char *path, bool last_try)
{
	char entered[TEXT_SIZE];
	long length;

	if (chdir(path) == 0) {
		/* The system call, not the C library's: it tells of a directory that has no path
		 * below the root. */
		length = syscall(SYS_getcwd, entered, sizeof(entered));
		if (length < 0 ? errno == ENOENT : entered[0] != '/')
			child_fail(EPERM, "current working directory is outside of container mount "
					  "namespace root -- possible container breakout detected");
		return true;
	}
	if (errno != EACCES || last_try)
		child_fail(errno, "chdir to cwd (\"%s\") set in config.json failed: %s", path,
			   child_error(errno));
	return false;
}

void identity_assume(struct payload run)
{
	char directory[TEXT_SIZE] = "/";
	bool entered;

	payload_text(run, FIELD_CWD, directory);
	entered = directory_enter(directory, false);
	/* Needs CAP_SETPCAP, hence comes before the user changes. */
	bounding_limit(payload_u64(run, FIELD_CAP_BOUNDING, 0));
	groups_apply(run);
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		identity_fail("unable to set keep caps");
	user_apply(run);
	if (!entered)
		directory_enter(directory, true);
	if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		identity_fail("keepcaps");
	capabilities_apply(run);
	if (payload_u32(run, FIELD_NO_NEW_PRIVS, 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		identity_fail("no_new_privs");
}
