/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for the real libxenlight on a machine without Xen, to be preloaded: what libxl asks
 * of the hypervisor and of xenstored is answered from the table below. Tests know it by heart.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenstore.h>

#define FREE_PAGES 262144 /* 1 GiB */
#define HANGING_DOMID 7
#define HANG_SECONDS 3

struct world_domain {
	uint32_t domid;
	uint32_t flags;
	uint8_t uuid_end; /* the uuid is all zeros but for its last byte */
};

static const struct world_domain world[] = {
	{ 0, XEN_DOMINF_running, 0 },
	{ 5, XEN_DOMINF_running | XEN_DOMINF_hvm_guest | XEN_DOMINF_hap, 5 },
	{ 6, XEN_DOMINF_shutdown | (SHUTDOWN_crash << XEN_DOMINF_shutdownshift), 6 },
	{ HANGING_DOMID, XEN_DOMINF_paused, 7 },
	{ 8, XEN_DOMINF_shutdown | (SHUTDOWN_poweroff << XEN_DOMINF_shutdownshift), 8 },
	{ 9, XEN_DOMINF_dying, 9 },
};

static char handle;

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger,
				unsigned open_flags)
{
	(void)logger;
	(void)dombuild_logger;
	(void)open_flags;
	return (xc_interface *)&handle;
}

int xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int xc_domain_getinfolist(xc_interface *xch, uint32_t first_domain, unsigned int max_domains,
			  xc_domaininfo_t *info)
{
	unsigned int count = 0;

	(void)xch;
	for (size_t i = 0; i < sizeof(world) / sizeof(world[0]) && count < max_domains; i++) {
		if (world[i].domid < first_domain)
			continue;
		memset(&info[count], 0, sizeof(info[count]));
		info[count].domain = (domid_t)world[i].domid;
		info[count].flags = world[i].flags;
		info[count].tot_pages = 16384;
		info[count].max_pages = 16384;
		info[count].cpu_time = 1500000000;
		info[count].nr_online_vcpus = 2;
		info[count].handle[15] = world[i].uuid_end;
		count++;
	}
	return (int)count;
}

int xc_domain_getinfo_single(xc_interface *xch, uint32_t domid, xc_domaininfo_t *info)
{
	if (xc_domain_getinfolist(xch, domid, 1, info) == 1 && info->domain == domid)
		return 0;
	errno = ESRCH;
	return -1;
}

int xc_flask_sid_to_context(xc_interface *xch, int sid, char *buf, uint32_t size)
{
	(void)xch;
	(void)sid;
	(void)buf;
	(void)size;
	errno = ENOSYS;
	return -1;
}

int xc_domain_create(xc_interface *xch, uint32_t *pdomid, struct xen_domctl_createdomain *config)
{
	(void)xch;
	(void)pdomid;
	(void)config;
	errno = ENOMEM;
	return -1;
}

int xc_domain_pause(xc_interface *xch, uint32_t domid)
{
	(void)xch;
	if (domid == HANGING_DOMID)
		sleep(HANG_SECONDS);
	if (domid == 6) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

int xc_physinfo(xc_interface *xch, xc_physinfo_t *info)
{
	(void)xch;
	memset(info, 0, sizeof(*info));
	info->nr_cpus = 4;
	info->max_cpu_id = 3;
	info->nr_nodes = 1;
	info->free_pages = FREE_PAGES;
	info->total_pages = 4 * FREE_PAGES;
	info->capabilities = XEN_SYSCTL_PHYSCAP_hvm | XEN_SYSCTL_PHYSCAP_pv |
			     XEN_SYSCTL_PHYSCAP_hap | XEN_SYSCTL_PHYSCAP_gnttab_v1;
	return 0;
}

long xc_sharing_freed_pages(xc_interface *xch)
{
	(void)xch;
	return 0;
}

long xc_sharing_used_frames(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int xc_get_max_cpus(xc_interface *xch)
{
	(void)xch;
	return 4;
}

int xc_get_max_nodes(xc_interface *xch)
{
	(void)xch;
	return 1;
}

int xc_sched_id(xc_interface *xch, int *sched_id)
{
	(void)xch;
	*sched_id = XEN_SCHEDULER_CREDIT2;
	return 0;
}

xc_cpupoolinfo_t *xc_cpupool_getinfo(xc_interface *xch, uint32_t poolid)
{
	xc_cpupoolinfo_t *pool = poolid ? NULL : calloc(1, sizeof(*pool));

	if (pool)
		pool->cpumap = xc_cpumap_alloc(xch);
	return pool;
}

void xc_cpupool_infofree(xc_interface *xch, xc_cpupoolinfo_t *info)
{
	(void)xch;
	free(info->cpumap);
	free(info);
}

int xc_version(xc_interface *xch, int cmd, void *arg)
{
	(void)xch;
	(void)arg;
	return cmd == XENVER_version ? 4 << 16 | 17 : 0;
}

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	return (struct xs_handle *)&handle;
}

void xs_close(struct xs_handle *xsh)
{
	(void)xsh;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)
{
	static const char pool_name[] = "Pool-0";

	(void)h;
	(void)t;
	if (strcmp(path, "/local/pool/0/name") == 0) {
		*len = sizeof(pool_name) - 1;
		return strdup(pool_name);
	}
	errno = ENOENT;
	return NULL;
}

char *xs_get_domain_path(struct xs_handle *h, unsigned int domid)
{
	char *path;

	(void)h;
	return asprintf(&path, "/local/domain/%u", domid) < 0 ? NULL : path;
}
