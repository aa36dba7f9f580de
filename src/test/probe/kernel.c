/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

static void descriptor(const char *key, long fd)
{
	json_outcome(key, fd < 0);
	if (fd >= 0)
		close((int)fd);
}

/* In a child, so that what works changes nothing here. */
static void in_child(const char *key, long (*call)(void))
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(call() < 0 ? errno & 0xff : 0);
	waitpid(pid, &status, 0);
	errno = WEXITSTATUS(status);
	json_outcome(key, !WIFEXITED(status) || errno);
}

static long unshare_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static long unshare_mount(void)
{
	return unshare(CLONE_NEWNS);
}

/* In a mount namespace of the child's own: whoever may make one may mount, and nobody else sees it.
 */
static long mount_tmpfs(void)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return mount("none", "/dev/shm", "tmpfs", 0, NULL);
}

/* The name that it has already. */
static long set_hostname(void)
{
	char name[256];

	if (gethostname(name, sizeof(name)))
		return -1;
	return sethostname(name, strlen(name));
}

static long change_root(void)
{
	return chroot("/");
}

static long load_module(void)
{
	return syscall(SYS_init_module, NULL, 0, "");
}

static long be_nice(void)
{
	return syscall(SYS_setpriority, 0, 0, -5);
}

static long bind_low_port(void)
{
	struct {
		unsigned short family, port;
		char rest[12];
	} address = { AF_INET, 0x5000 /* 80 */, { 0 } };

	return bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&address, sizeof(address));
}

static void interprocess(void)
{
	int shared = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	int queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	int semaphores = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	mqd_t posix;

	json_outcome("shmget", shared < 0);
	json_outcome("msgget", queue < 0);
	json_outcome("semget", semaphores < 0);
	shmctl(shared, IPC_RMID, NULL);
	msgctl(queue, IPC_RMID, NULL);
	semctl(semaphores, 0, IPC_RMID);
	posix = mq_open("/probe", O_CREAT | O_RDWR | O_CLOEXEC, 0600, NULL);
	json_outcome("mq_open", posix == (mqd_t)-1);
	if (posix != (mqd_t)-1)
		mq_close(posix);
	mq_unlink("/probe");
}

void probe_kernel(void)
{
	struct io_uring_params parameters;

	memset(&parameters, 0, sizeof(parameters));
	json_open("kernel", '{');
	descriptor("io_uring", syscall(SYS_io_uring_setup, 1, &parameters));
	descriptor("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC));
	descriptor("memfd", memfd_create("probe", MFD_CLOEXEC));
	descriptor("inotify", inotify_init1(IN_CLOEXEC));
	descriptor("fanotify", syscall(SYS_fanotify_init, 0x200 /* FAN_REPORT_FID */, O_RDONLY));
	descriptor("eventfd", eventfd(0, EFD_CLOEXEC));
	descriptor("timerfd", timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
	descriptor("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
	descriptor("perf", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
	descriptor("bpf", syscall(SYS_bpf, 0, NULL, 0));
	descriptor("unix_socket", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	descriptor("ip6_socket", socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
	descriptor("raw_socket", socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1));
	descriptor("packet_socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	descriptor("netlink_socket", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
	descriptor("vsock_socket", socket(40 /* AF_VSOCK */, SOCK_STREAM | SOCK_CLOEXEC, 0));
	json_outcome("keyctl", syscall(SYS_keyctl, 0, -3, 0) < 0);
	json_outcome("add_key", syscall(SYS_add_key, "user", "probe", "x", 1, -1) < 0);
	interprocess();
	in_child("unshare_user", unshare_user);
	in_child("unshare_mount", unshare_mount);
	in_child("mount", mount_tmpfs);
	in_child("sethostname", set_hostname);
	in_child("chroot", change_root);
	in_child("init_module", load_module);
	in_child("raise_priority", be_nice);
	in_child("bind_port_80", bind_low_port);
	json_close('}');
}
