/* SPDX-License-Identifier: Apache-2.0 */
#include "enosys.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>

/* In the system call's number: it is x32's, which shares x86_64's architecture. */
#define X32_BIT 0x40000000u

void newest_architecture(struct newest *newest, uint32_t token)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->token[i] == token)
			return;
	if (newest->count == NEWEST_MAX)
		return;
	newest->token[newest->count] = token;
	newest->number[newest->count++] = 0;
}

void newest_name(struct newest *newest, const char *name)
{
	for (size_t i = 0; i < newest->count; i++) {
		int number = seccomp_syscall_resolve_name_arch(newest->token[i], name);

		/* Below zero: this architecture has none of that name. */
		if (number > 0 && (uint32_t)number > newest->number[i])
			newest->number[i] = (uint32_t)number;
	}
}

/* seccomp_data.arch of its system calls: libseccomp's token, but that x32 has one of its own. */
static uint32_t audit_architecture(uint32_t token)
{
	return token == SCMP_ARCH_X32 ? AUDIT_ARCH_X86_64 : token;
}

/* Each architecture's section ends in a return, or leaves for the next one with nothing judged. */
size_t enosys_stub(const struct newest *newest, struct sock_filter stub[ENOSYS_STUB_MAX])
{
	size_t length = 0;

	for (size_t i = 0; i < newest->count; i++) {
		uint32_t token = newest->token[i];
		bool x86_64 = token == SCMP_ARCH_X86_64, x32 = token == SCMP_ARCH_X32;
		uint8_t mode = x86_64 || x32;

		if (!newest->number[i])
			continue;
		stub[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							      offsetof(struct seccomp_data, arch));
		stub[length++] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, audit_architecture(token), 0, (uint8_t)(3 + mode));
		stub[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							      offsetof(struct seccomp_data, nr));
		if (mode)
			stub[length++] = (struct sock_filter)BPF_JUMP(
			    BPF_JMP | BPF_JSET | BPF_K, X32_BIT, x32 ? 0 : 2, x32 ? 2 : 0);
		stub[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K,
							      newest->number[i], 0, 1);
		stub[length++] =
		    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	}
	return length;
}
