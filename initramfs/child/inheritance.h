/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_INHERITANCE_H
#define XEN_RUNC_CHILD_INHERITANCE_H

#include <stdbool.h>
#include <stdint.h>

/* An export's mount, attached nowhere yet. */
struct export_mount {
	uint32_t mode; /* st_mode of its root; 0 = there is no export of this number */
	int fd;
};

/* What a child of the agent works with, besides a request. All of it is the agent's, and stays
 * open in the agent. */
struct inheritance {
	bool owns_machine; /* it is a guest, not a test on a host: its settings may be changed */
	int proc_fd;	   /* the agent's /proc, which no mount of the container covers */
	int cgroup_fd;	   /* the container's cgroup */
	int pidfd;	   /* the container's main process */
	const struct export_mount *exports; /* by number */
	uint32_t export_limit;		    /* their numbers are below it */
};

#endif
