/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "run.h"

#define CAPABILITIES_MAX 64

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

/* EINVAL is the one number that is no user, -1: as runc's setupUser has it. */
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

/* Needs CAP_SETPCAP, hence comes before the user changes. */
static void bounding_apply(uint64_t allowed)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0)
			break; /* the kernel knows no more */
		if (!(allowed >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			identity_fail("bounding capabilities");
	}
}

struct capabilities {
	uint64_t effective, permitted, inheritable;
};

static void capabilities_set(const struct capabilities *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	for (unsigned int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		data[i] = (struct __user_cap_data_struct){
			.effective = (uint32_t)(sets->effective >> 32 * i),
			.permitted = (uint32_t)(sets->permitted >> 32 * i),
			.inheritable = (uint32_t)(sets->inheritable >> 32 * i),
		};
	if (syscall(SYS_capset, &header, data) < 0)
		identity_fail("capabilities");
}

static void capabilities_get(struct capabilities *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	*sets = (struct capabilities){ 0 };
	if (syscall(SYS_capget, &header, data) < 0)
		identity_fail("capabilities");
	for (unsigned int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		sets->effective |= (uint64_t)data[i].effective << 32 * i;
		sets->permitted |= (uint64_t)data[i].permitted << 32 * i;
		sets->inheritable |= (uint64_t)data[i].inheritable << 32 * i;
	}
}

void capability_raise(unsigned int capability)
{
	struct capabilities sets;

	capabilities_get(&sets);
	sets.effective |= 1ull << capability;
	capabilities_set(&sets);
}

static void ambient_apply(uint64_t ambient)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			identity_fail("ambient capabilities");
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
	ambient_apply(payload_u64(run, FIELD_CAP_AMBIENT, 0));
}

/* Tried before the user changes, for root may enter where the user may not, and if the other way
 * round, as on a file system without root's privileges, after it: runc's init_linux.go. */
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
	bounding_apply(payload_u64(run, FIELD_CAP_BOUNDING, 0));
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
