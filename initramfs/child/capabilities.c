/* SPDX-License-Identifier: Apache-2.0 */
#include "capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

#define CAPABILITIES_MAX 64

static noreturn void capabilities_fail(const char *what)
{
	child_fail(errno, "%s: %s", what, child_error(errno));
}

void capabilities_set(const struct capabilities *sets)
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
		capabilities_fail("capabilities");
}

void capabilities_get(struct capabilities *sets)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	*sets = (struct capabilities){ 0 };
	if (syscall(SYS_capget, &header, data) < 0)
		capabilities_fail("capabilities");
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

void ambient_raise(uint64_t ambient)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			capabilities_fail("ambient capabilities");
}

void bounding_limit(uint64_t allowed)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0)
			break; /* the kernel knows no more */
		if (!(allowed >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			capabilities_fail("bounding capabilities");
	}
}
