/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "probe.h"

static void addresses(void)
{
	struct ifaddrs *all = NULL;
	char text[INET6_ADDRSTRLEN], entry[128];

	if (getifaddrs(&all))
		return;
	json_open("addresses", '[');
	for (struct ifaddrs *at = all; at; at = at->ifa_next) {
		const struct sockaddr_in *address = (const void *)at->ifa_addr;

		if (!address || address->sin_family != AF_INET)
			continue;
		inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text));
		snprintf(entry, sizeof(entry), "%s %s %s", at->ifa_name, text,
			 at->ifa_flags & IFF_UP ? "up" : "down");
		json_text(NULL, entry);
	}
	json_close(']');
	freeifaddrs(all);
}

static void interfaces(void)
{
	struct if_nameindex *names = if_nameindex();
	char path[128], line[64];

	json_open("interfaces", '{');
	for (struct if_nameindex *at = names; at && at->if_name; at++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/mtu", at->if_name);
		json_text(at->if_name, line_read(path, line, sizeof(line)) ?: "none");
	}
	json_close('}');
	if_freenameindex(names);
}

/* Rows of /proc/net/route: interface, destination, gateway, mask; addresses as the kernel prints
 * them. */
static void routes(void)
{
	FILE *file = fopen("/proc/net/route", "re");
	char line[512], name[32], destination[16], gateway[16], mask[16], entry[128];

	json_open("routes", '[');
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%31s %15s %15s %*s %*s %*s %*s %15s", name, destination, gateway,
			   mask) != 4 ||
		    strcmp(name, "Iface") == 0)
			continue;
		snprintf(entry, sizeof(entry), "%s %s %s %s", name, destination, gateway, mask);
		json_text(NULL, entry);
	}
	if (file)
		fclose(file);
	json_close(']');
}

void probe_network(void)
{
	json_open("network", '{');
	interfaces();
	addresses();
	routes();
	json_close('}');
}
