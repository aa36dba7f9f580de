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

/* The longest value that is told. */
#define VALUE_SIZE 256
#define NAME_SIZE 128
/* What one SCAN_NET says of settings at most, in bytes of its REPLY. */
#define BYTES_MAX 8192

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

_Static_assert(COUNT(general) == NETSETTINGS_GENERAL, "a place for each setting");
_Static_assert(COUNT(conf) == NETSETTINGS_CONF, "a place for each setting");

/* Reads a setting without its newline. False if there is none, or if it does not fit. */
static bool value_read(const struct netsettings *settings, const char *name, char *value,
		       size_t size)
{
	int fd =
	    path_open(settings->tree, name, O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
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

static void remember(const struct netsettings *settings, const char *name,
		     char value[NETSETTINGS_FRESH_SIZE])
{
	if (!value_read(settings, name, value, NETSETTINGS_FRESH_SIZE))
		value[0] = '\0';
}

void netsettings_open(struct netsettings *settings)
{
	int place = open(TREE, O_PATH | O_DIRECTORY | O_CLOEXEC);

	settings->tree = -1;
	if (place < 0)
		return;
	settings->tree = mount_copy(place, false);
	close(place);
	if (settings->tree >= 0 &&
	    mount_change(settings->tree, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0)) {
		close(settings->tree);
		settings->tree = -1;
	}
}

void netsettings_remember(struct netsettings *settings)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < COUNT(general); i++)
		remember(settings, general[i], settings->general[i]);
	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], "all", name);
		remember(settings, name, settings->all[i]);
		/* An interface begins with what `default` says when it is made. */
		conf_name(&conf[i], "default", name);
		remember(settings, name, settings->interface[i]);
	}
}

static void setting_put(struct netsettings_list *list, const char *name, const char *value)
{
	/* Three fields' headers, and "net/". */
	size_t need = 3 * FIELD_HEADER_SIZE + 4 + strlen(name) + strlen(value), mark;
	char path[NAME_SIZE + 4];

	if (list->left < need) {
		if (list->left)
			log_warn("there is no room for all settings of the container's network");
		list->left = 0;
		return;
	}
	list->left -= need;
	snprintf(path, sizeof(path), "net/%s", name);
	mark = field_group_begin(list->writer, FIELD_NETWORK_SYSCTL);
	field_put_text(list->writer, FIELD_NAME, path);
	field_put_text(list->writer, FIELD_VALUE, value);
	field_group_end(list->writer, mark);
}

/* Tells a setting that was changed, or any whose `as_if` is true. Whether it was changed. */
static bool compare(struct netsettings_list *list, const char *name, const char *before, bool as_if)
{
	char value[VALUE_SIZE];
	bool changed;

	if (!before[0] || !value_read(list->settings, name, value, sizeof(value)))
		return false;
	changed = strcmp(value, before) != 0;
	if (changed || as_if)
		setting_put(list, name, value);
	return changed;
}

void netsettings_list_begin(struct netsettings_list *list, const struct netsettings *settings,
			    struct field_writer *writer)
{
	char name[NAME_SIZE];

	list->settings = settings;
	list->writer = writer;
	list->left = BYTES_MAX;
	for (size_t i = 0; i < COUNT(general); i++)
		compare(list, general[i], settings->general[i], false);
	/* To write `all` changes the others in the guest, if in the namespace or not: so whoever
	 * changed it has the interfaces' told, too. */
	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], "all", name);
		list->all_changed[i] = compare(list, name, settings->all[i], false);
	}
	netsettings_list_interface(list, "default");
}

void netsettings_list_interface(struct netsettings_list *list, const char *interface)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < COUNT(conf); i++) {
		conf_name(&conf[i], interface, name);
		compare(list, name, list->settings->interface[i], list->all_changed[i]);
	}
}
