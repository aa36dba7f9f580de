/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agent.h"
#include "channel_socket.h"
#include "device_rules.h"
#include "log.h"
#include "vchan_guest.h"

/* Where dom0 finds the agent's channel, below the domain's xenstore directory. */
#define CHANNEL_PATH "data/xen-runc"
/* Each way. Room for two of the largest frames, nearly: one is filled while the other is read. */
#define RING_SIZE (64u << 10)

static struct agent agent;

/* What the guest has outside the container. Order is meaning. */
static const struct guest_mount {
	const char *source, *target, *type;
	unsigned long flags;
	const char *data;
} guest_mounts[] = {
	{ "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "devtmpfs", "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755" },
	{ "tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k" },
	{ "cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate" },
};

/* pivot_root(2) cannot leave the initramfs itself, which nothing is mounted on. It can leave a
 * mount of it that lies on top of it. */
static void root_cover(void)
{
	if (mount("/", "/root", NULL, MS_BIND, NULL) < 0 || chdir("/root") < 0 ||
	    mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
		die("cover the initramfs: %m");
}

static void mounts_guest(void)
{
	for (size_t i = 0; i < sizeof(guest_mounts) / sizeof(guest_mounts[0]); i++) {
		const struct guest_mount *entry = &guest_mounts[i];

		if (mount(entry->source, entry->target, entry->type, entry->flags, entry->data) < 0)
			die("mount %s: %m", entry->target);
	}
}

/* Without a console the kernel gives init no descriptors; 0 to 2 must never be anything else. */
static void stdio_fill(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		die("open /dev/null: %m");
	close(fd);
}

/* Every controller that the kernel has may limit the container. */
static void controllers_enable(void)
{
	char names[256], order[512];
	size_t length = 0;
	FILE *file = fopen("/sys/fs/cgroup/cgroup.controllers", "re");

	if (!file || !fgets(names, sizeof(names), file))
		die("cgroup.controllers: %m");
	fclose(file);
	for (char *rest = names, *name; (name = strsep(&rest, " \n"));)
		if (*name)
			length +=
			    (size_t)snprintf(order + length, sizeof(order) - length, "+%s ", name);
	file = fopen("/sys/fs/cgroup/cgroup.subtree_control", "we");
	if (!file || fwrite(order, 1, length, file) != length || fclose(file))
		die("cgroup.subtree_control: %m");
}

/* The limits of a process whose RUN names none: those that containerd's unit gives runc's
 * containers. The kernel's own defaults are for 1024 descriptors, and for as many processes as
 * memory suggests. */
static const struct guest_limit {
	int kind;
	rlim_t value;
} guest_limits[] = {
	{ RLIMIT_NOFILE, 1048576 },
	{ RLIMIT_NPROC, RLIM_INFINITY },
	{ RLIMIT_CORE, RLIM_INFINITY },
};

static void limits_raise(void)
{
	for (size_t i = 0; i < sizeof(guest_limits) / sizeof(guest_limits[0]); i++) {
		struct rlimit limit = { guest_limits[i].value, guest_limits[i].value };

		if (setrlimit(guest_limits[i].kind, &limit) < 0)
			die("raise limit %d: %m", guest_limits[i].kind);
	}
}

/* The kernel's reserve for atomic allocations is for machines with more devices than one vif: half
 * of it does, and the container has the rest. */
static void reserve_halve(void)
{
	FILE *file = fopen("/proc/sys/vm/min_free_kbytes", "r+e");
	char kib[32];

	/* Not scanf(3), which would take 12 KB of the guest's memory. */
	if (!file || !fgets(kib, sizeof(kib), file) || fseek(file, 0, SEEK_SET) < 0 ||
	    fprintf(file, "%lu\n", strtoul(kib, NULL, 10) / 2) < 0 || fclose(file))
		die("min_free_kbytes: %m");
}

/* lo has its addresses as soon as it is up. */
static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		log_error("lo: %m");
	if (fd >= 0)
		close(fd);
}

/* The agent has its devices open. */
static void devices_guard(void)
{
	errno = device_rules_guard(agent.container.cgroup.parent);
	if (errno)
		die("shut the agent's devices: %m");
}

static noreturn void init(void)
{
	struct channel *channel;

	umask(022);
	root_cover();
	mounts_guest();
	stdio_fill();
	log_to_kernel();
	controllers_enable();
	limits_raise();
	reserve_halve();
	loopback_up();
	channel = channel_serve_vchan(CHANNEL_PATH, RING_SIZE, RING_SIZE);
	if (!channel)
		die("offer the channel: %m");
	agent.loop.owns_machine = true;
	if (agent_init(&agent, channel, NULL) < 0)
		die("start the agent: %m");
	devices_guard();
	agent_run(&agent);
	reboot(RB_POWER_OFF);
	die("power off: %m");
}

/* The agent of the native tests: `agent --fd N [--cgroup DIRECTORY]`, alone in its mount, pid and
 * net namespaces. */
static int agent_main(int argc, char **argv)
{
	const char *cgroup = argc == 5 && strcmp(argv[3], "--cgroup") == 0 ? argv[4] : NULL;
	struct channel *channel;
	int fd;

	if ((argc != 3 && !cgroup) || strcmp(argv[1], "--fd") != 0) {
		fprintf(stderr, "usage: agent --fd N [--cgroup DIRECTORY]\n");
		return EXIT_FAILURE;
	}
	fd = atoi(argv[2]);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		die("namespaces: %m");
	loopback_up();
	channel = channel_from_socket(fd);
	if (!channel || agent_init(&agent, channel, cgroup) < 0)
		die("start the agent: %m");
	if (cgroup)
		devices_guard();
	agent_run(&agent);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct statfs root;

	if (strcmp(basename(argv[0]), "agent") == 0)
		return agent_main(argc, argv);
	/* On any other machine it would mount over that machine's own. */
	if (getpid() != 1 || statfs("/", &root) < 0 ||
	    (root.f_type != RAMFS_MAGIC && root.f_type != TMPFS_MAGIC)) {
		fprintf(stderr, "init: not process 1 of an initramfs\n");
		return EXIT_FAILURE;
	}
	init();
}
