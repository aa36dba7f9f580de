/* SPDX-License-Identifier: Apache-2.0 */
#include "credentials.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stddef.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Thread_local bool drops_set_id;

/* For the calling thread; the C library's function would set them for the whole process. */
static int capabilities_set(uint32_t permitted, uint32_t effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .permitted = permitted, .effective = effective },
	};

	return syscall(SYS_capset, &header, data) ? errno : 0;
}

int credentials_drop(void)
{
	/* setfsuid must not take capabilities away, and a set-id file must not give any. */
	unsigned long secure = SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
			       SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
			       SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	if (syscall(SYS_setgroups, 0, NULL) || prctl(PR_SET_SECUREBITS, secure, 0, 0, 0) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return errno;
	for (unsigned long i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++) {
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0))
			return errno;
	}
	return capabilities_set(CAPABILITIES, CAPABILITIES);
}

int credentials_of_thread(void)
{
	if (unshare(CLONE_FS))
		return errno;
	umask(0);
	return 0;
}

int credentials_assume(const struct fuse_in_header *header, uint32_t mask)
{
	/* setfsuid ignores -1, which is not an id. */
	if (header->uid == UINT32_MAX || header->gid == UINT32_MAX)
		return EOVERFLOW;
	umask(mask & 0777);
	if (header->gid)
		setfsgid(header->gid);
	if (header->uid)
		setfsuid(header->uid);
	return 0;
}

void credentials_restore(void)
{
	setfsuid(0);
	setfsgid(0);
	umask(0);
}

void credentials_keep_set_id(bool keep)
{
	uint32_t effective = CAPABILITIES;

	if (drops_set_id != keep)
		return;
	if (!keep)
		effective &= ~(1u << CAP_FSETID);
	if (!capabilities_set(CAPABILITIES, effective))
		drops_set_id = !keep;
}
