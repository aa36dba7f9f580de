/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_PAYLOAD_RULES_H
#define XEN_RUNC_WIRE_PAYLOAD_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "protocol.h"
#include "way.h"

/* The tables of docs/protocol.md; protocol_page_test.c compares the two. */

enum form {
	U32, /* at most `limit`, if that is not 0 */
	U64,
	TEXT,	   /* shorter than `limit`, or than TEXT_SIZE if that is 0 */
	LONG_TEXT, /* as long as a message can be */
	EXACTLY,   /* `limit` bytes */
	AT_MOST,   /* as many bytes, or any number if `limit` is 0 */
	IP,	   /* 4 or 16 bytes */
	FILTER,	   /* a program of struct sock_filter */
	GROUP,	   /* fields, by rules of their own */
};

#define MANY UINT32_MAX

/* A field that a message or a group may hold, and how often. */
struct field_rule {
	uint16_t tag; /* 0 = behind the last of an array */
	enum form form;
	uint32_t least, most;
	uint32_t limit;
	const struct field_rule *group;
};

/* A type of message. */
struct message_rule {
	enum way way;
	uint8_t type;
	const char *name;
	const struct field_rule *fields;
	const struct field_rule *answer; /* the REPLY's, STATUS and TEXT too; NULL = none comes */
};

extern const struct message_rule message_rules[];
extern const size_t message_rule_count;

/* The REPLY to a request that failed. */
extern const struct field_rule failed_answer[];

#endif
