/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The server may call nothing else, such as execve, clone, socket, mount, ptrace, ioctl,
 * open_by_handle_at, ... */
static const unsigned short allowed[] = {
	/* the socket, the log, the end (AddressSanitizer calls sigaltstack before _exit) */
	SYS_read,
	SYS_write,
	SYS_writev,
	SYS_exit,
	SYS_exit_group,
	SYS_rt_sigreturn,
	SYS_rt_sigprocmask,
	SYS_sigaltstack,
	SYS_restart_syscall,
	/* memory and locks */
	SYS_futex,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_mprotect,
	SYS_brk,
	SYS_clock_gettime,
	/* descriptors and names */
	SYS_statx,
	SYS_openat,
	SYS_openat2,
	SYS_close,
	SYS_readlinkat,
	SYS_getdents64,
	SYS_lseek,
	SYS_mkdirat,
	SYS_mknodat,
	SYS_symlinkat,
	SYS_linkat,
	SYS_unlinkat,
	SYS_renameat2,
	SYS_fstatfs,
	/* contents */
	SYS_pread64,
	SYS_pwrite64,
	SYS_pwritev2,
	SYS_ftruncate,
	SYS_truncate,
	SYS_fallocate,
	SYS_fsync,
	SYS_fdatasync,
	SYS_copy_file_range,
	/* attributes */
	SYS_fchownat,
	SYS_utimensat,
	SYS_setxattr,
	SYS_getxattr,
	SYS_listxattr,
	SYS_removexattr,
	SYS_fchmodat,
#ifdef SYS_chmod
	SYS_chmod, /* musl's chmod calls it where there is one */
#endif
	/* whose a new file is */
	SYS_setfsuid,
	SYS_setfsgid,
	SYS_umask,
	SYS_capset,
};

#define COUNT (sizeof(allowed) / sizeof(*allowed))
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

int seccomp_seal(void)
{
	struct sock_filter filter[COUNT + 6];
	struct sock_fprog program = { .len = COUNT + 6, .filter = filter };
	unsigned short at = 0;

	filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						    offsetof(struct seccomp_data, arch));
	filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						    offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT; i++)
		/* Jumps over the remaining comparisons and the killing to the last statement. */
		filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i],
							    (unsigned char)(COUNT - i), 0);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return errno;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program))
		return errno;
	return 0;
}
