/* SPDX-License-Identifier: Apache-2.0 */
/* The wall's filters, held against frames as the kernel would (cls_api.c, cls_u32.c). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <string.h>

#include "test.h"
#include "wall_build.h"

#define FILTERS_MAX 256
#define FRAME_MAX 256
#define ETHERNET_HEADER 14
/* How often the kernel follows a GO. */
#define GO_MAX 16

static const uint8_t own_mac[MAC_SIZE] = { 0x02, 0x42, 0xac, 0x11, 0x00, 0x02 };

/* The words of a frame that are not hexadecimal digits. */
static const struct word {
	const char *name, *digits;
} words[] = {
	{ "mac", "0242ac110002" },
	{ "other-mac", "0242ac110003" },
	{ "all", "ffffffffffff" },
	{ "me4", "ac110002" },
	{ "second4", "0a010203" },
	{ "you4", "ac110003" },
	{ "none4", "00000000" },
	{ "me6", "20010db8000000000000000000000002" },
	{ "you6", "20010db8000000000000000000000003" },
	{ "link6", "fe800000000000000042acfffe110002" },
	{ "other-link6", "fe800000000000000042acfffe110003" },
	{ "none6", "00000000000000000000000000000000" },
	{ "group6", "ff020000000000000000000000000001" },
};

struct frame {
	uint8_t bytes[FRAME_MAX];
	size_t length;
};

static void digits_put(struct frame *frame, const char *digits)
{
	for (; digits[0] && digits[1]; digits += 2) {
		unsigned int byte;

		EXPECT(frame->length < FRAME_MAX && sscanf(digits, "%2x", &byte) == 1);
		frame->bytes[frame->length++] = (uint8_t)byte;
	}
	EXPECT(!*digits);
}

static void word_put(struct frame *frame, const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].name) == 0) {
			digits_put(frame, words[i].digits);
			return;
		}
	}
	digits_put(frame, word);
}

static struct frame frame_of(const char *text)
{
	struct frame frame = { .length = 0 };
	char copy[1024];

	EXPECT(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	for (char *rest, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		word_put(&frame, word);
	return frame;
}

struct rules {
	struct filter filters[FILTERS_MAX];
	size_t count;
};

static int rule_take(const struct filter *filter, void *context)
{
	struct rules *rules = context;

	EXPECT(rules->count < FILTERS_MAX);
	rules->filters[rules->count++] = *filter;
	return 0;
}

static void address_allow(struct wall *wall, const char *text)
{
	uint8_t ip[16];
	uint8_t family = strchr(text, ':') ? AF_INET6 : AF_INET;

	EXPECT(inet_pton(family, text, ip) == 1);
	EXPECT(wall_allow(wall, family, ip) == 0);
}

/* Of a container with two IPv4 addresses, one of IPv6, and the link-local one of its MAC. */
static struct rules rules_of_a_container(void)
{
	struct rules rules = { .count = 0 };
	struct wall wall = { .interface = 7, .ipv6 = true };

	memcpy(wall.mac, own_mac, sizeof(wall.mac));
	address_allow(&wall, "172.17.0.2");
	address_allow(&wall, "10.1.2.3");
	address_allow(&wall, "2001:db8::2");
	address_allow(&wall, "fe80::42:acff:fe11:2");
	EXPECT(wall_list(&wall, rule_take, &rules) == 0);
	return rules;
}

enum match { TAKEN, NOT_TAKEN, TOO_SHORT };

static enum match filter_match(const struct filter *filter, const struct frame *frame)
{
	for (size_t i = 0; i < filter_keys(filter); i++) {
		const struct packet_key *key = &filter->keys[i];
		int at = ETHERNET_HEADER + key->offset;
		uint32_t word;

		if (at < 0 || (size_t)at + sizeof(word) > frame->length)
			return TOO_SHORT;
		memcpy(&word, frame->bytes + at, sizeof(word));
		if ((ntohl(word) ^ key->value) & key->mask)
			return NOT_TAKEN;
	}
	return TAKEN;
}

/* The first filter of a priority that takes the frame; NULL for none. */
static const struct filter *priority_search(const struct rules *rules, uint32_t chain,
					    uint16_t priority, uint16_t protocol,
					    const struct frame *frame)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct filter *filter = &rules->filters[i];
		enum match match;

		if (filter->chain != chain || filter->priority != priority ||
		    (filter->protocol != protocol && filter->protocol != ETH_P_ALL))
			continue;
		match = filter_match(filter, frame);
		if (match == TAKEN)
			return filter;
		if (match == TOO_SHORT)
			return NULL;
	}
	return NULL;
}

static const struct filter *chain_search(const struct rules *rules, uint32_t chain,
					 uint16_t protocol, const struct frame *frame)
{
	for (uint16_t priority = 0; priority < 0x100; priority++) {
		const struct filter *filter =
		    priority_search(rules, chain, priority, protocol, frame);

		if (filter)
			return filter;
	}
	return NULL;
}

/* What becomes of a frame: FILTER_KEEP if no filter takes it. */
static enum filter_verdict judge(const struct rules *rules, uint16_t protocol,
				 const struct frame *frame)
{
	uint32_t chain = 0;

	for (int i = 0; i < GO_MAX; i++) {
		const struct filter *filter = chain_search(rules, chain, protocol, frame);

		if (!filter)
			return FILTER_KEEP;
		EXPECT(filter->verdict != FILTER_REDIRECT || filter->target == 7);
		if (filter->verdict != FILTER_GO)
			return filter->verdict;
		chain = filter->target;
	}
	return FILTER_DROP;
}

static void frames_expect(const char *const *texts, size_t count, enum filter_verdict verdict)
{
	struct rules rules = rules_of_a_container();

	for (size_t i = 0; i < count; i++) {
		struct frame frame = frame_of(texts[i]);
		uint16_t protocol = (uint16_t)(frame.bytes[12] << 8 | frame.bytes[13]);

		if (judge(&rules, protocol, &frame) == verdict)
			continue;
		fprintf(stderr, "wall_test: %s: %s\n",
			verdict == FILTER_DROP ? "not dropped" : "not let out", texts[i]);
		EXPECT(!"every frame meets its fate");
	}
}

#define LET_OUT(...)                                                                               \
	static const char *const frames[] = { __VA_ARGS__ };                                       \
	frames_expect(frames, sizeof(frames) / sizeof(frames[0]), FILTER_REDIRECT)
#define DROPPED(...)                                                                               \
	static const char *const frames[] = { __VA_ARGS__ };                                       \
	frames_expect(frames, sizeof(frames) / sizeof(frames[0]), FILTER_DROP)

#define ARP "all mac 0806 00010800 0604 "
#define ARP_REQUEST ARP "0001 "
#define ARP_REPLY ARP "0002 "
/* Version and header's length, what says the fragment, protocol, source. */
#define IPV4_HEADER(version, fragment, protocol, source)                                           \
	"other-mac mac 0800 " version "000030 1234" fragment " 40" protocol "0000 " source " you4" \
	" "
#define IPV4(protocol) IPV4_HEADER("45", "4000", protocol, "me4")
#define IPV4_FRAGMENT(fragment, protocol) IPV4_HEADER("45", fragment, protocol, "me4")
#define UDP "11"
#define TCP "06"
#define ICMP "01"
#define IGMP(version) IPV4_HEADER(version, "4000", "02", "me4")
/* Next header, hop limit, source. */
#define IPV6_HEADER(next, hops, source)                                                            \
	"other-mac mac 86dd 60000000 0030 " next hops " " source " group6 "
#define IPV6(next) IPV6_HEADER(next, "40", "me6")
#define NEIGHBOUR(source) IPV6_HEADER(ICMP6, "ff", source)
#define ICMP6 "3a"
#define SOLICITATION "87001234 00000000 "
#define ADVERTISEMENT "88001234 60000000 "
/* Hop-by-hop header with the router alert for MLD. */
#define REPORT(source) IPV6_HEADER("00", "01", source) "3a00 05020000 0100 "
#define FRAGMENT(next, fragment) IPV6("2c") next "00" fragment " 12345678 "
#define PORTS(from, to) from to " 00101234 "
/* 53, 67, 68, 547, 546, any */
#define DNS "0035"
#define DHCP_SERVER "0043"
#define DHCP_CLIENT "0044"
#define DHCP6_SERVER "0223"
#define DHCP6_CLIENT "0222"
#define ANY "c000"

static void address_resolution_goes_out(void)
{
	LET_OUT(ARP_REQUEST "mac me4 000000000000 you4", ARP_REPLY "mac me4 other-mac you4",
		ARP_REQUEST "mac second4 000000000000 you4",
		/* gratuitous, RFC 5227 */
		ARP_REQUEST "mac me4 000000000000 me4", ARP_REPLY "mac me4 all me4",
		/* padded to Ethernet's minimum */
		ARP_REQUEST "mac me4 000000000000 you4 000000000000000000000000000000000000");
}

static void ipv4_goes_out(void)
{
	LET_OUT(
	    IPV4(TCP) PORTS(ANY, DNS) "00000000", IPV4(UDP) PORTS(ANY, DNS),
	    IPV4(ICMP) "08001234 00010001", IPV4(ICMP) "03031234 00000000",
	    IPV4_HEADER("45", "4000", UDP, "second4") PORTS(DNS, ANY),
	    /* SCTP, GRE */
	    IPV4("84") "12345678", IPV4("2f") "00000800",
	    /* A port of DHCP is one of UDP's; a type of ICMP's is in its first byte. */
	    IPV4(TCP) PORTS("0500", ANY), IPV4(TCP) PORTS("0900", ANY),
	    IPV4_FRAGMENT("00b9", ICMP) "05050505", IPV4_FRAGMENT("00b9", ICMP) "09090909",
	    IPV4(TCP) PORTS(DHCP_SERVER, DHCP_CLIENT),
	    /* A DHCP client, behind the address that it has. */
	    IPV4(UDP) PORTS(DHCP_CLIENT, DHCP_SERVER),
	    /* IGMP's reports, RFC 1112, 2236 and 3376, with and without the router alert */
	    IGMP("46") "94040000 12001234 e00000fb", IGMP("46") "94040000 16001234 e00000fb",
	    IGMP("46") "94040000 17001234 e00000fb",
	    IGMP("46") "94040000 22001234 00000001 04000000 e00000fb",
	    IGMP("45") "12001234 e00000fb", IGMP("45") "16001234 e00000fb",
	    IGMP("45") "17001234 e00000fb", IGMP("45") "22001234 00000001 04000000 e00000fb",
	    /* a first fragment, a later one whose bytes look like DHCP, the last byte */
	    IPV4_FRAGMENT("2000", UDP) PORTS(ANY, DNS),
	    IPV4_FRAGMENT("2001", UDP) PORTS(DHCP_SERVER, DHCP_CLIENT),
	    IPV4_FRAGMENT("00b9", UDP) "41",
	    /* to a group */
	    "01005e0000fb mac 0800 45000030 12344000 01110000 me4 e00000fb " PORTS("14e9", "14e9"));
}

static void ipv6_goes_out(void)
{
	LET_OUT(IPV6(TCP) PORTS(ANY, DNS) "00000000", IPV6(UDP) PORTS(ANY, DNS),
		IPV6(ICMP6) "80001234 00010001", IPV6(ICMP6) "81001234 00010001",
		/* too big, unreachable */
		IPV6(ICMP6) "02001234 000005dc", IPV6(ICMP6) "01041234 00000000",
		IPV6_HEADER(UDP, "ff", "link6") PORTS("14e9", "14e9"),
		/* SCTP, no next header, ESP */
		IPV6("84") "12345678", IPV6("3b"), IPV6("32") "12345678",
		/* A DHCP client. */
		IPV6_HEADER(UDP, "40", "link6") PORTS(DHCP6_CLIENT, DHCP6_SERVER),
		FRAGMENT(UDP, "0001") PORTS(ANY, DNS),
		FRAGMENT(UDP, "0009") PORTS(DHCP6_SERVER, DHCP6_CLIENT),
		FRAGMENT(ICMP6, "0001") "80001234 00010001", FRAGMENT(ICMP6, "0009") "86001234",
		FRAGMENT(TCP, "0008") "41");
}

static void neighbour_discovery_goes_out(void)
{
	LET_OUT(NEIGHBOUR("me6") SOLICITATION "you6 0101 mac",
		NEIGHBOUR("link6") SOLICITATION "you6 0101 mac",
		NEIGHBOUR("me6") ADVERTISEMENT "me6 0201 mac",
		NEIGHBOUR("link6") ADVERTISEMENT "link6 0201 mac",
		NEIGHBOUR("link6") ADVERTISEMENT "me6 0201 mac",
		/* duplicate address detection, RFC 4862; with the nonce of RFC 7527 */
		NEIGHBOUR("none6") SOLICITATION "me6",
		NEIGHBOUR("none6") SOLICITATION "link6 0e01 123456789abc",
		/* router solicitation */
		NEIGHBOUR("link6") "85001234 00000000 0101 mac");
}

static void group_reports_go_out(void)
{
	LET_OUT(REPORT("link6") "8f001234 00000001 04000000 group6",
		REPORT("none6") "8f001234 00000001 04000000 group6",
		REPORT("link6") "83001234 00000000 group6",
		REPORT("none6") "83001234 00000000 group6",
		REPORT("link6") "84001234 00000000 group6");
}

/* A bridge sends all groups' frames to who queries for members, or says PIM's hello. */
static void multicast_routers_words_are_dropped(void)
{
	DROPPED(/* queries, RFC 1112, 2236 and 3376, and what is behind other options */
		IGMP("46") "94040000 11641234 00000000", IGMP("45") "11641234 00000000",
		IGMP("46") "94040000 11641234 e00000fb 027d0000",
		IGMP("46") "01010101 11641234 00000000", IGMP("46") "01010101 16001234 e00000fb",
		IGMP("47") "94040000 01010101 11641234 00000000",
		IGMP("47") "94040000 16161616 11641234 00000000", IGMP("44") "16001234 00000000",
		IGMP("46") "94040000 1600", IGMP("45") "16",
		/* any in fragments but the first */
		IPV4_HEADER("45", "0001", "02", "me4") "16001234 00000000",
		IPV4_HEADER("46", "2001", "02", "me4") "94040000 16001234 00000000",
		/* DVMRP, PIM, multicast router advertisement and solicitation of RFC 4286 */
		IGMP("45") "13011234 00000000", IGMP("45") "14001234 00000000",
		IGMP("46") "94040000 30141234 00000000", IGMP("46") "94040000 31001234",
		/* as another */
		IPV4_HEADER("46", "4000", "02", "you4") "94040000 16001234 e00000fb",
		/* PIM */
		IPV4("67") "20001234 00010002 0069", IPV4_FRAGMENT("2000", "67") "20001234",
		IPV6("67") "20001234 00010002 0069", FRAGMENT("67", "0001") "20001234 00010002");
}

static void foreign_macs_are_dropped(void)
{
	DROPPED("all other-mac 0806 00010800 06040001 other-mac me4 000000000000 you4",
		"all other-mac 0806 00010800 06040001 mac me4 000000000000 you4",
		"other-mac 0242ac110102 0800 45000030 12344000 40060000 me4 you4 " PORTS(ANY, DNS),
		"mac other-mac 0800 45000030 12344000 40060000 me4 you4 " PORTS(ANY, DNS),
		"all 0242ac110003 86dd 60000000 0030 0640 me6 you6 " PORTS(ANY, DNS));
}

static void foreign_arp_is_dropped(void)
{
	DROPPED(/* the sender's MAC, its address, both */
		ARP_REPLY "other-mac me4 other-mac you4", ARP_REPLY "mac you4 other-mac you4",
		ARP_REQUEST "mac you4 000000000000 you4", ARP_REQUEST "mac none4 000000000000 you4",
		ARP_REPLY "0242ac110003 you4 other-mac me4",
		/* one bit off at each end */
		ARP_REPLY "mac ac110102 other-mac you4", ARP_REPLY "mac ac100002 other-mac you4",
		/* other hardware, other protocol, other sizes, reverse and inverse ARP, too short
		 */
		"all mac 0806 00060800 06040001 mac me4 other-mac you4",
		"all mac 0806 00060800 06040002 mac me4 other-mac you4",
		"all mac 0806 000186dd 06040002 mac me4 other-mac you4",
		"all mac 0806 00010800 08040002 mac me4 other-mac you4",
		"all mac 0806 00010800 06100002 mac me4 other-mac you4",
		ARP "0003 mac me4 other-mac you4", ARP "0008 mac me4 other-mac you4",
		ARP "0102 mac me4 other-mac you4", ARP_REPLY "mac ac11");
}

static void foreign_ipv4_is_dropped(void)
{
	DROPPED(IPV4_HEADER("45", "4000", TCP, "you4") PORTS(ANY, DNS),
		IPV4_HEADER("45", "4000", UDP, "none4") PORTS(ANY, DNS),
		IPV4_HEADER("45", "4000", ICMP, "ffffffff") "08001234 00010001",
		IPV4_HEADER("45", "2001", UDP, "you4") PORTS(ANY, DNS),
		IPV4_HEADER("46", "4000", "02", "you4") "94040000 16001234 e00000fb",
		/* too short for a source */
		"other-mac mac 0800 45000030 12344000 40060000 ac11",
		/* another version under the ethertype */
		IPV4_HEADER("65", "4000", TCP, "me4") PORTS(ANY, DNS));
}

static void dhcp_servers_are_dropped(void)
{
	DROPPED(IPV4(UDP) PORTS(DHCP_SERVER, DHCP_CLIENT), IPV4(UDP) PORTS(DHCP_SERVER, ANY),
		IPV4(UDP) PORTS(ANY, DHCP_CLIENT),
		IPV4_FRAGMENT("2000", UDP) PORTS(DHCP_SERVER, DHCP_CLIENT),
		/* behind options, also in a later fragment; first fragments without ports */
		IPV4_HEADER("46", "4000", UDP, "me4") "01010101 " PORTS(DHCP_SERVER, DHCP_CLIENT),
		IPV4_HEADER("4f", "4000", UDP, "me4") PORTS(ANY, DNS),
		IPV4_HEADER("46", "2001", UDP, "me4") "01010101 " PORTS(ANY, DNS),
		IPV4_HEADER("44", "4000", UDP, "me4") PORTS(DHCP_SERVER, DHCP_CLIENT),
		IPV4_FRAGMENT("2000", UDP) "0043", IPV4_FRAGMENT("2000", UDP),
		IPV6(UDP) PORTS(DHCP6_SERVER, DHCP6_CLIENT), IPV6(UDP) PORTS(DHCP6_SERVER, ANY),
		IPV6_HEADER(UDP, "40", "link6") PORTS(ANY, DHCP6_CLIENT), IPV6(UDP) "0223",
		FRAGMENT(UDP, "0001") PORTS(DHCP6_SERVER, ANY),
		FRAGMENT(UDP, "0000") PORTS(ANY, DHCP6_CLIENT), FRAGMENT(UDP, "0001"));
}

static void foreign_ipv6_is_dropped(void)
{
	DROPPED(IPV6_HEADER(TCP, "40", "you6") PORTS(ANY, DNS),
		IPV6_HEADER(UDP, "40", "none6") PORTS(ANY, DNS),
		IPV6_HEADER(ICMP6, "40", "other-link6") "80001234 00010001",
		IPV6_HEADER(ICMP6, "40", "none6") "80001234 00010001",
		IPV6_HEADER("2c", "40", "you6") "11000001 12345678 " PORTS(ANY, DNS),
		"other-mac mac 86dd 40000000 0030 8440 me6 you6 12345678",
		"other-mac mac 86dd 60000000 0030 0640 20010db8");
}

static void neighbour_advertisements_for_others_are_dropped(void)
{
	DROPPED(NEIGHBOUR("me6") ADVERTISEMENT "you6 0201 mac",
		NEIGHBOUR("me6") ADVERTISEMENT "other-link6 0201 mac",
		NEIGHBOUR("you6") ADVERTISEMENT "you6 0201 mac",
		NEIGHBOUR("you6") ADVERTISEMENT "me6 0201 mac",
		NEIGHBOUR("none6") ADVERTISEMENT "me6 0201 mac",
		NEIGHBOUR("me6") "88001234 60000000 20010db8",
		/* solicitations: for an address that another has, as another */
		NEIGHBOUR("none6") SOLICITATION "you6", NEIGHBOUR("none6") SOLICITATION "none6",
		NEIGHBOUR("you6") SOLICITATION "me6 0101 mac",
		NEIGHBOUR("00000001 00000000 00000000 00000000") SOLICITATION "me6",
		NEIGHBOUR("00000000 00000001 00000000 00000000") SOLICITATION "me6",
		NEIGHBOUR("00000000 00000000 00000001 00000000") SOLICITATION "me6",
		NEIGHBOUR("00000000 00000000 00000000 00000001") SOLICITATION "me6",
		NEIGHBOUR("none6") "85001234 00000000", NEIGHBOUR("you6") "85001234 00000000");
}

static void routers_words_are_dropped(void)
{
	DROPPED(/* advertisement, redirect, renumbering, MLD query without its header */
		NEIGHBOUR("link6") "86001234 40000708 00000000 00000000",
		NEIGHBOUR("link6") "89001234 00000000 you6 you6",
		NEIGHBOUR("link6") "8a001234 00000000", NEIGHBOUR("link6") "82001234 00000000",
		IPV6(ICMP6) "97001234 00000000",
		/* the same in IPv4: RFC 792, RFC 1256; behind options */
		IPV4(ICMP) "05011234 you4", IPV4(ICMP) "09001234 01020708",
		IPV4_FRAGMENT("2000", ICMP) "05011234 you4",
		IPV4_HEADER("46", "4000", ICMP, "me4") "01010101 05011234 you4");
}

static void extension_headers_are_dropped(void)
{
	DROPPED(/* hop-by-hop before a router advertisement, before DHCP, and in other shapes */
		IPV6_HEADER("00", "ff", "link6") "3a00 05020000 0100 86001234 40000708",
		IPV6_HEADER("00", "01", "link6") "3a00 05020000 0100 86001234 40000708",
		IPV6_HEADER("00", "01", "link6") "1100 05020000 0100 " PORTS(DHCP6_SERVER, ANY),
		IPV6_HEADER("00", "01", "link6") "3c00 05020000 0100 3a00010400000000 86001234",
		IPV6_HEADER("00", "01", "link6") "3a01 05020000 0100 8f001234 00000000 86001234",
		IPV6_HEADER("00", "01", "link6") "3a00 c2040001 0000 8f001234 00000000",
		IPV6_HEADER("00", "40", "link6") "3a00 05020000 0100 8f001234 00000000",
		IPV6_HEADER("00", "01", "link6") "3c00 05020000 0100 83001234 00000000",
		IPV6_HEADER("00", "01", "link6") "3c00 05020000 0100 84001234 00000000",
		IPV6_HEADER("00", "01", "link6") "3a00 05020001 0100 8f001234 00000000",
		IPV6_HEADER("00", "01", "link6") "3a00 05020001 0100 83001234 00000000",
		IPV6_HEADER("00", "01", "link6") "3a00 05020001 0100 84001234 00000000",
		REPORT("you6") "8f001234 00000000", REPORT("link6") "82001234 00000000",
		REPORT("00000001 00000000 00000000 00000000") "8f001234 00000000",
		REPORT("00000000 00000001 00000000 00000000") "8f001234 00000000",
		REPORT("00000000 00000000 00000001 00000000") "8f001234 00000000",
		REPORT("00000000 00000000 00000000 00000001") "8f001234 00000000",
		/* routing, authentication, destination options, mobility, HIP, shim6, experiments
		 */
		IPV6("2b") "3a00010400000000 86001234 40000708",
		IPV6("33") "3a04000000000000 86001234 40000708",
		IPV6("3c") "3a00010400000000 86001234 40000708",
		IPV6("87") "3a00010400000000 86001234 40000708",
		IPV6("8b") "3a00010400000000 86001234 40000708",
		IPV6("8c") "3a00010400000000 86001234 40000708",
		IPV6("fd") "3a00010400000000 86001234 40000708",
		IPV6("fe") "3a00010400000000 86001234 40000708");
}

static void fragments_hide_nothing(void)
{
	DROPPED(/* a router's or neighbour's words, whole and as first fragment */
		FRAGMENT(ICMP6, "0000") "86001234 40000708", FRAGMENT(ICMP6, "0001") "86001234",
		FRAGMENT(ICMP6, "0006") "86001234 40000708", FRAGMENT(ICMP6, "0001") "89001234",
		FRAGMENT(ICMP6, "0001") "88001234 60000000 me6",
		FRAGMENT(ICMP6, "0000") "87001234 00000000 you6",
		FRAGMENT(ICMP6, "0001") "8f001234 00000000", FRAGMENT(ICMP6, "0001"),
		/* an extension header, in any fragment */
		FRAGMENT("00", "0001") "3a00010400000000",
		FRAGMENT("2b", "0001") "3a00010400000000",
		FRAGMENT("2c", "0001") "3a00000012345678",
		FRAGMENT("33", "0001") "3a00010400000000",
		FRAGMENT("3c", "0001") "3a00010400000000",
		FRAGMENT("3c", "0008") "86001234 40000708",
		FRAGMENT("87", "0001") "3a00010400000000",
		FRAGMENT("8b", "0001") "3a00010400000000",
		FRAGMENT("8c", "0001") "3a00010400000000",
		FRAGMENT("fd", "0001") "3a00010400000000",
		FRAGMENT("fe", "0001") "3a00010400000000");
}

static void other_ethertypes_are_dropped(void)
{
	DROPPED(/* 802.1Q and 802.1ad whose tag is still in the frame, QinQ */
		"other-mac mac 8100 0064 0800 45000030 12344000 40060000 me4 you4 c0000035",
		"other-mac mac 88a8 0064 0800 45000030 12344000 40060000 me4 you4 c0000035",
		"other-mac mac 9100 0064 0800 45000030 12344000 40060000 me4 you4 c0000035",
		/* spanning tree: a length, and LLC */
		"0180c2000000 mac 0026 424203000000000000000000 mac 0000000000000000 mac",
		/* reverse ARP, LLDP, EAPOL, PPPoE discovery, MPLS, nothing */
		"all mac 8035 00010800 06040003 mac me4 mac me4",
		"0180c200000e mac 88cc 0207040242ac110002", "0180c2000003 mac 888e 01010000",
		"all mac 8863 11090000 0004",
		"all mac 8847 00001140 45000030 12344000 40060000 me4", "all mac 0800",
		"all mac 86dd", "all mac 0806");
}

/* The kernel moves a tag out of the frame, and takes its protocol for the frame's. */
static void tagged_frames_are_dropped(void)
{
	struct rules rules = rules_of_a_container();
	struct frame frame = frame_of(IPV4(TCP) PORTS(ANY, DNS) "00000000");

	EXPECT(judge(&rules, ETH_P_IP, &frame) == FILTER_REDIRECT);
	EXPECT(judge(&rules, ETH_P_8021Q, &frame) == FILTER_DROP);
	EXPECT(judge(&rules, ETH_P_8021AD, &frame) == FILTER_DROP);
}

static const struct filter *priority_first(const struct rules *rules, const struct filter *like)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->filters[i].chain == like->chain &&
		    rules->filters[i].priority == like->priority)
			return &rules->filters[i];
	return NULL;
}

/* tc refuses a second protocol or classifier in a priority; a chain without a rest leaks to the
 * stack. */
static void chains_are_whole(void)
{
	struct rules rules = rules_of_a_container();
	const struct frame none = { .length = ETHERNET_HEADER };

	for (size_t i = 0; i < rules.count; i++) {
		const struct filter *filter = &rules.filters[i];
		const struct filter *first = priority_first(&rules, filter);
		const struct filter *rest;

		EXPECT(filter->protocol == first->protocol);
		EXPECT(!filter_keys(filter) == !filter_keys(first));
		rest = chain_search(&rules, filter->chain, ETH_P_ALL, &none);
		EXPECT(rest && rest->verdict == FILTER_DROP && !filter_keys(rest));
		if (filter->verdict == FILTER_GO)
			EXPECT(chain_search(&rules, filter->target, ETH_P_ALL, &none));
	}
}

static void container_without_addresses_says_nothing(void)
{
	struct rules rules = { .count = 0 };
	struct wall wall = { .interface = 7 };
	struct frame frame = frame_of(IPV4_HEADER("45", "4000", UDP, "none4") PORTS(ANY, DNS));

	memcpy(wall.mac, own_mac, sizeof(wall.mac));
	EXPECT(wall_list(&wall, rule_take, &rules) == 0);
	EXPECT(judge(&rules, ETH_P_IP, &frame) == FILTER_DROP);
}

/* From fe80:: a guest would reach the host's own services, from :: it may join groups. */
static void interface_without_ipv6_says_nothing_in_it(void)
{
	static const char *const texts[] = {
		IPV6_HEADER(TCP, "40", "link6") PORTS(ANY, DNS) "00000000",
		NEIGHBOUR("none6") SOLICITATION "link6",
		NEIGHBOUR("link6") ADVERTISEMENT "link6 0201 mac",
		REPORT("none6") "8f001234 00000001 04000000 group6",
	};
	struct rules rules = { .count = 0 };
	struct wall wall = { .interface = 7 };
	struct frame ipv4 = frame_of(IPV4(TCP) PORTS(ANY, DNS) "00000000");

	memcpy(wall.mac, own_mac, sizeof(wall.mac));
	address_allow(&wall, "172.17.0.2");
	EXPECT(wall_list(&wall, rule_take, &rules) == 0);
	EXPECT(judge(&rules, ETH_P_IP, &ipv4) == FILTER_REDIRECT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct frame frame = frame_of(texts[i]);

		EXPECT(judge(&rules, ETH_P_IPV6, &frame) == FILTER_DROP);
	}
}

static void addresses_are_counted_once_and_bounded(void)
{
	static struct wall wall;
	uint8_t ip[4] = { 10, 0, 0, 0 };

	for (int i = 0; i < WALL_ADDRESSES_MAX; i++) {
		ip[2] = (uint8_t)(i >> 8);
		ip[3] = (uint8_t)i;
		EXPECT(wall_allow(&wall, AF_INET, ip) == 0);
		EXPECT(wall_allow(&wall, AF_INET, ip) == 0);
	}
	EXPECT(wall.count == WALL_ADDRESSES_MAX);
	ip[1] = 1;
	EXPECT(wall_allow(&wall, AF_INET, ip) == -1 && errno == E2BIG);
}

int main(void)
{
	static const struct test tests[] = {
		{ "address resolution goes out", address_resolution_goes_out },
		{ "IPv4 goes out", ipv4_goes_out },
		{ "IPv6 goes out", ipv6_goes_out },
		{ "neighbour discovery goes out", neighbour_discovery_goes_out },
		{ "group reports go out", group_reports_go_out },
		{ "multicast routers' words are dropped", multicast_routers_words_are_dropped },
		{ "foreign MACs are dropped", foreign_macs_are_dropped },
		{ "foreign ARP is dropped", foreign_arp_is_dropped },
		{ "foreign IPv4 is dropped", foreign_ipv4_is_dropped },
		{ "foreign IPv6 is dropped", foreign_ipv6_is_dropped },
		{ "DHCP servers are dropped", dhcp_servers_are_dropped },
		{ "neighbour advertisements for others are dropped",
		  neighbour_advertisements_for_others_are_dropped },
		{ "routers' words are dropped", routers_words_are_dropped },
		{ "extension headers are dropped", extension_headers_are_dropped },
		{ "fragments hide nothing", fragments_hide_nothing },
		{ "other ethertypes are dropped", other_ethertypes_are_dropped },
		{ "tagged frames are dropped", tagged_frames_are_dropped },
		{ "chains are whole", chains_are_whole },
		{ "container without addresses says nothing",
		  container_without_addresses_says_nothing },
		{ "interface without IPv6 says nothing in it",
		  interface_without_ipv6_says_nothing_in_it },
		{ "addresses are counted once and bounded",
		  addresses_are_counted_once_and_bounded },
	};

	return test_run_all("wall_test", tests, sizeof(tests) / sizeof(tests[0]));
}
