/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capabilities.h"
#include "child.h"

bool seccomp_needs_privilege(struct payload run)
{
	struct field field;

	return payload_find(run, FIELD_SECCOMP, &field) && !payload_u32(run, FIELD_NO_NEW_PRIVS, 0);
}

void seccomp_apply(struct payload run)
{
	struct sock_fprog program;
	struct field field;

	if (!payload_find(run, FIELD_SECCOMP, &field))
		return;
	/* Copies the filter, because a field is not aligned. Its length was checked with the
	 * request. */
	program.filter = malloc(field.length);
	program.len = (unsigned short)(field.length / sizeof(struct sock_filter));
	if (!program.filter)
		child_fail(ENOMEM, "seccomp: %s", child_error(ENOMEM));
	memcpy(program.filter, field.bytes, field.length);
	if (seccomp_needs_privilege(run))
		capability_raise(CAP_SYS_ADMIN);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, payload_u32(run, FIELD_SECCOMP_FLAGS, 0),
		    &program) < 0)
		child_fail(errno, "error loading seccomp filter into kernel: %s",
			   child_error(errno));
}
