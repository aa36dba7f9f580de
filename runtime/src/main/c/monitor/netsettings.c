/* SPDX-License-Identifier: Apache-2.0 */
#include "netsettings.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "log.h"
#include "mount_api.h"

#define TREE "/proc/sys/net"

/* The longest value that is told, and the longest that is remembered. */
#define VALUE_SIZE 256
#define FRESH_SIZE 32
#define NAME_SIZE 128

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Of the namespace. Not those that count memory or entries of tables of the whole host; not
 * ip_local_port_range, which xen-hotplug sets for the programs in the namespace. ip_forward is
 * conf/all/forwarding. */
static const char *const general[] = {
	"core/somaxconn",
	"ipv4/fwmark_reflect",
	"ipv4/icmp_echo_ignore_all",
	"ipv4/icmp_echo_ignore_broadcasts",
	"ipv4/icmp_errors_use_inbound_ifaddr",
	"ipv4/icmp_ignore_bogus_error_responses",
	"ipv4/icmp_ratelimit",
	"ipv4/icmp_ratemask",
	"ipv4/igmp_max_memberships",
	"ipv4/igmp_max_msf",
	"ipv4/igmp_qrv",
	"ipv4/ip_autobind_reuse",
	"ipv4/ip_default_ttl",
	"ipv4/ip_forward_update_priority",
	"ipv4/ip_forward_use_pmtu",
	"ipv4/ip_local_reserved_ports",
	"ipv4/ip_no_pmtu_disc",
	"ipv4/ip_nonlocal_bind",
	"ipv4/ip_unprivileged_port_start",
	"ipv4/ipfrag_time",
	"ipv4/ping_group_range",
	"ipv4/tcp_abort_on_overflow",
	"ipv4/tcp_base_mss",
	"ipv4/tcp_congestion_control",
	"ipv4/tcp_dsack",
	"ipv4/tcp_ecn",
	"ipv4/tcp_ecn_fallback",
	"ipv4/tcp_fastopen",
	"ipv4/tcp_fin_timeout",
	"ipv4/tcp_keepalive_intvl",
	"ipv4/tcp_keepalive_probes",
	"ipv4/tcp_keepalive_time",
	"ipv4/tcp_limit_output_bytes",
	"ipv4/tcp_max_syn_backlog",
	"ipv4/tcp_min_snd_mss",
	"ipv4/tcp_moderate_rcvbuf",
	"ipv4/tcp_mtu_probing",
	"ipv4/tcp_no_metrics_save",
	"ipv4/tcp_notsent_lowat",
	"ipv4/tcp_orphan_retries",
	"ipv4/tcp_reordering",
	"ipv4/tcp_retries1",
	"ipv4/tcp_retries2",
	"ipv4/tcp_rfc1337",
	"ipv4/tcp_rmem",
	"ipv4/tcp_sack",
	"ipv4/tcp_slow_start_after_idle",
	"ipv4/tcp_syn_retries",
	"ipv4/tcp_synack_retries",
	"ipv4/tcp_syncookies",
	"ipv4/tcp_timestamps",
	"ipv4/tcp_tw_reuse",
	"ipv4/tcp_window_scaling",
	"ipv4/tcp_wmem",
	"ipv4/udp_early_demux",
	"ipv6/anycast_src_echo_reply",
	"ipv6/auto_flowlabels",
	"ipv6/bindv6only",
	"ipv6/flowlabel_consistency",
	"ipv6/flowlabel_reflect",
	"ipv6/fwmark_reflect",
	"ipv6/icmp/echo_ignore_all",
	"ipv6/icmp/echo_ignore_anycast",
	"ipv6/icmp/echo_ignore_multicast",
	"ipv6/icmp/ratelimit",
	"ipv6/icmp/ratemask",
	"ipv6/ip_nonlocal_bind",
};

/* Of each interface, and of `all` and `default`. Forwarding comes first, for it sets others. */
static const struct conf {
	const char *family, *name;
} conf[] = {
	{ "ipv4", "forwarding" },
	{ "ipv4", "accept_local" },
	{ "ipv4", "accept_redirects" },
	{ "ipv4", "accept_source_route" },
	{ "ipv4", "arp_accept" },
	{ "ipv4", "arp_announce" },
	{ "ipv4", "arp_filter" },
	{ "ipv4", "arp_ignore" },
	{ "ipv4", "arp_notify" },
	{ "ipv4", "disable_policy" },
	{ "ipv4", "disable_xfrm" },
	{ "ipv4", "drop_gratuitous_arp" },
	{ "ipv4", "drop_unicast_in_l2_multicast" },
	{ "ipv4", "force_igmp_version" },
	{ "ipv4", "ignore_routes_with_linkdown" },
	{ "ipv4", "log_martians" },
	{ "ipv4", "promote_secondaries" },
	{ "ipv4", "proxy_arp" },
	{ "ipv4", "route_localnet" },
	{ "ipv4", "rp_filter" },
	{ "ipv4", "secure_redirects" },
	{ "ipv4", "send_redirects" },
	{ "ipv4", "shared_media" },
	{ "ipv4", "src_valid_mark" },
	{ "ipv6", "forwarding" },
	{ "ipv6", "accept_dad" },
	{ "ipv6", "accept_ra" },
	{ "ipv6", "accept_ra_defrtr" },
	{ "ipv6", "accept_ra_from_local" },
	{ "ipv6", "accept_ra_min_hop_limit" },
	{ "ipv6", "accept_ra_mtu" },
	{ "ipv6", "accept_ra_pinfo" },
	{ "ipv6", "accept_ra_rt_info_max_plen" },
	{ "ipv6", "accept_ra_rtr_pref" },
	{ "ipv6", "accept_redirects" },
	{ "ipv6", "accept_source_route" },
	{ "ipv6", "addr_gen_mode" },
	{ "ipv6", "autoconf" },
	{ "ipv6", "dad_transmits" },
	{ "ipv6", "disable_ipv6" },
	{ "ipv6", "disable_policy" },
	{ "ipv6", "drop_unicast_in_l2_multicast" },
	{ "ipv6", "drop_unsolicited_na" },
	{ "ipv6", "force_mld_version" },
	{ "ipv6", "hop_limit" },
	{ "ipv6", "keep_addr_on_down" },
	{ "ipv6", "max_addresses" },
	{ "ipv6", "ndisc_notify" },
	{ "ipv6", "optimistic_dad" },
	{ "ipv6", "proxy_ndp" },
	{ "ipv6", "router_solicitations" },
	{ "ipv6", "suppress_frag_ndisc" },
	{ "ipv6", "use_oif_addrs_only" },
	{ "ipv6", "use_tempaddr" },
};

/* What they were when nobody had done anything; empty = not known. */
static struct fresh {
	char general[COUNT(general)][FRESH_SIZE];
	char all[COUNT(conf)][FRESH_SIZE];
	char interface[COUNT(conf)][FRESH_SIZE];
} fresh;

static int tree = -1;

/* Reads a setting without its newline. False if there is none, or if it does not fit. */
static bool value_read(const char *name, char *value, size_t size)
{
	int fd = path_open(tree, name, O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	ssize_t length;

	if (fd < 0)
		return false;
	length = read(fd, value, size);
	close(fd);
	if (length <= 1 || (size_t)length == size || value[length - 1] != '\n')
		return false;
	value[length - 1] = '\0';
	return true;
}

static void conf_name(const struct conf *setting, const char *interface, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "%s/conf/%s/%s", setting->family, interface, setting->name);
}

static void remember(const char *name, char value[FRESH_SIZE])
{
	if (!value_read(name, value, FRESH_SIZE))
		value[0] = '\0';
}

void netsettings_open(void)
{
	int place = open(TREE, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (place < 0)
		return;
	tree = mount_copy(place, false);
	close(place);
	if (tree >= 0 && mount_change(tree, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0)) {
		close(tree);
		tree = -1;
	}
}

void netsettings_remember(void)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < COUNT(general); i++)
		remember(general[i], fresh.general[i]);
	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], "all", name);
		remember(name, fresh.all[i]);
		/* An interface begins with what `default` says when it is made. */
		conf_name(&conf[i], "default", name);
		remember(name, fresh.interface[i]);
	}
}

static void setting_put(const char *name, const char *value, struct field_writer *writer,
			size_t *left)
{
	/* Three fields' headers, and "net/". */
	size_t need = 3 * FIELD_HEADER_SIZE + 4 + strlen(name) + strlen(value), mark;
	char path[NAME_SIZE + 4];

	if (*left < need) {
		if (*left)
			log_warn("there is no room for all settings of the container's network");
		*left = 0;
		return;
	}
	*left -= need;
	snprintf(path, sizeof(path), "net/%s", name);
	mark = field_group_begin(writer, FIELD_NETWORK_SYSCTL);
	field_put_text(writer, FIELD_NAME, path);
	field_put_text(writer, FIELD_VALUE, value);
	field_group_end(writer, mark);
}

/* Tells a setting that was changed, or any whose `as_if` is true. Whether it was changed. */
static bool compare(const char *name, const char *before, bool as_if, struct field_writer *writer,
		    size_t *left)
{
	char value[VALUE_SIZE];
	bool changed;

	if (!before[0] || !value_read(name, value, sizeof(value)))
		return false;
	changed = strcmp(value, before) != 0;
	if (changed || as_if)
		setting_put(name, value, writer, left);
	return changed;
}

/* To write `all` changes the others in the guest, if in the namespace or not: so whoever changed it
 * has the interfaces' told, too. */
static bool all_changed[COUNT(conf)];

static void conf_put(const char *interface, struct field_writer *writer, size_t *left)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], interface, name);
		compare(name, fresh.interface[i], all_changed[i], writer, left);
	}
}

void netsettings_put(struct field_writer *writer, size_t *left)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < COUNT(general); i++)
		compare(general[i], fresh.general[i], false, writer, left);
	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], "all", name);
		all_changed[i] = compare(name, fresh.all[i], false, writer, left);
	}
	conf_put("default", writer, left);
}

void netsettings_put_interface(const char *interface, struct field_writer *writer, size_t *left)
{
	conf_put(interface, writer, left);
}
