/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_NETSETTINGS_H
#define XEN_RUNC_MONITOR_NETSETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "field.h"

/*
 * The settings (net.* sysctls) of the container's network namespace that somebody has changed:
 * those of a list that differ from a namespace in which nobody has done anything. What merely
 * follows from the host's kernel, size or own settings is the same in both, and so is not told.
 *
 * The kernel shows a reader of /proc/sys/net the settings of the reader's namespace, so one
 * read-only copy of that mount, out of which no path leads, is all that is kept. A setting that the
 * kernel lacks, or that has no short text, is left out.
 */

/* How many the list has: of the namespace, and of an interface. */
#define NETSETTINGS_GENERAL 67
#define NETSETTINGS_CONF 54
/* The longest value that is remembered. */
#define NETSETTINGS_FRESH_SIZE 32

struct netsettings {
	int tree; /* /proc/sys/net; -1 = not to be read */
	/* What they were when nobody had done anything; empty = not known. */
	char general[NETSETTINGS_GENERAL][NETSETTINGS_FRESH_SIZE];
	char all[NETSETTINGS_CONF][NETSETTINGS_FRESH_SIZE];
	char interface[NETSETTINGS_CONF][NETSETTINGS_FRESH_SIZE];
};

/* Opens the settings. Without them, all are left out. */
void netsettings_open(struct netsettings *settings);
/* Reads those of the namespace that this process is in, in which nobody has done anything. */
void netsettings_remember(struct netsettings *settings);

/* NETWORK_SYSCTLs that are being written into a payload, as far as there is room for them. */
struct netsettings_list {
	const struct netsettings *settings;
	struct field_writer *writer;
	size_t left; /* bytes of the payload; 0 when there was no room for one */
	bool all_changed[NETSETTINGS_CONF];
};

/* Begins a list with those of the namespace. */
void netsettings_list_begin(struct netsettings_list *list, const struct netsettings *settings,
			    struct field_writer *writer);
/* Goes on with those of an interface. */
void netsettings_list_interface(struct netsettings_list *list, const char *interface);

#endif
