/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <linux/filter.h>
#include <string.h>

enum form { U32, U64, TEXT, LONG_TEXT, BYTES, FILTER, GROUP };
#define MANY UINT32_MAX
#define TAG_MAX 256
#define STATS_FILES_MAX 32

/* Where a field may stand: in a request, or in a group, whose tag this is. */
#define IN(frame_type) (0x8000u | (frame_type))

/* docs/protocol.md, "Requests to the agent", as a table. `size` is the length of BYTES, or 0 for an
 * IP address's 4 or 16. */
static const struct rule {
	uint32_t place;
	uint16_t tag;
	enum form form;
	uint32_t least, most;
	uint32_t size;
} rules[] = {
	{ IN(FRAME_HELLO), FIELD_PROTOCOL, U32, 1, 1, 0 },
	{ IN(FRAME_HELLO), FIELD_PROTOCOL_MIN, U32, 1, 1, 0 },
	{ IN(FRAME_HELLO), FIELD_BUILD, TEXT, 0, 1, 0 },

	{ IN(FRAME_PREPARE), FIELD_HOSTNAME, TEXT, 0, 1, 0 },
	{ IN(FRAME_PREPARE), FIELD_DOMAINNAME, TEXT, 0, 1, 0 },
	{ IN(FRAME_PREPARE), FIELD_LINK, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_ROUTE, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_NEIGHBOUR, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_EXPORT, GROUP, 0, EXPORT_MAX, 0 },
	{ IN(FRAME_PREPARE), FIELD_MOUNT, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_MASKED_PATH, TEXT, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_READONLY_PATH, TEXT, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_SYSCTL, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_HOST_SYSCTL, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_DEVICE, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_CGROUP_LIMIT, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_DEVICES_ALLOWED, U32, 0, 1, 0 },
	{ IN(FRAME_PREPARE), FIELD_DEVICE_RULE, GROUP, 0, MANY, 0 },
	{ IN(FRAME_PREPARE), FIELD_CWD, TEXT, 0, 1, 0 },
	{ IN(FRAME_PREPARE), FIELD_READONLY, U32, 0, 1, 0 },
	{ IN(FRAME_PREPARE), FIELD_ROOT_PROPAGATION, U64, 0, 1, 0 },

	{ IN(FRAME_NETWORK), FIELD_LINK, GROUP, 0, MANY, 0 },
	{ IN(FRAME_NETWORK), FIELD_ROUTE, GROUP, 0, MANY, 0 },
	{ IN(FRAME_NETWORK), FIELD_NEIGHBOUR, GROUP, 0, MANY, 0 },

	{ FIELD_LINK, FIELD_NAME, TEXT, 1, 1, 0 },
	{ FIELD_LINK, FIELD_MAC, BYTES, 1, 1, 6 },
	{ FIELD_LINK, FIELD_MTU, U32, 0, 1, 0 },
	{ FIELD_LINK, FIELD_ADDRESS, GROUP, 0, MANY, 0 },
	{ FIELD_LINK, FIELD_UP, U32, 0, 1, 0 },
	{ FIELD_ADDRESS, FIELD_IP, BYTES, 1, 1, 0 },
	{ FIELD_ADDRESS, FIELD_PREFIX, U32, 1, 1, 0 },
	{ FIELD_ADDRESS, FIELD_BROADCAST, BYTES, 0, 1, 4 },
	{ FIELD_ADDRESS, FIELD_SCOPE, U32, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_IP, BYTES, 1, 1, 0 },
	{ FIELD_ROUTE, FIELD_PREFIX, U32, 1, 1, 0 },
	{ FIELD_ROUTE, FIELD_GATEWAY, BYTES, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_NAME, TEXT, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_SCOPE, U32, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_METRIC, U32, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_SOURCE_IP, BYTES, 0, 1, 0 },
	{ FIELD_ROUTE, FIELD_ONLINK, U32, 0, 1, 0 },
	{ FIELD_NEIGHBOUR, FIELD_IP, BYTES, 1, 1, 0 },
	{ FIELD_NEIGHBOUR, FIELD_MAC, BYTES, 1, 1, 6 },
	{ FIELD_NEIGHBOUR, FIELD_NAME, TEXT, 1, 1, 0 },
	{ FIELD_EXPORT, FIELD_NUMBER, U32, 1, 1, 0 },
	{ FIELD_EXPORT, FIELD_MODE, U32, 1, 1, 0 },
	{ FIELD_MOUNT, FIELD_TYPE, TEXT, 1, 1, 0 },
	{ FIELD_MOUNT, FIELD_TARGET, TEXT, 1, 1, 0 },
	{ FIELD_MOUNT, FIELD_SOURCE, TEXT, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_FLAGS, U64, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_CLEAR_FLAGS, U64, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_PROPAGATION, U64, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_DATA, TEXT, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_NUMBER, U32, 0, 1, 0 },
	{ FIELD_MOUNT, FIELD_COPY_UP, U32, 0, 1, 0 },
	{ FIELD_SYSCTL, FIELD_NAME, TEXT, 1, 1, 0 },
	{ FIELD_SYSCTL, FIELD_VALUE, TEXT, 1, 1, 0 },
	{ FIELD_HOST_SYSCTL, FIELD_NAME, TEXT, 1, 1, 0 },
	{ FIELD_HOST_SYSCTL, FIELD_VALUE, TEXT, 1, 1, 0 },
	{ FIELD_DEVICE, FIELD_PATH, TEXT, 1, 1, 0 },
	{ FIELD_DEVICE, FIELD_KIND, U32, 1, 1, 0 },
	{ FIELD_DEVICE, FIELD_MAJOR, U32, 0, 1, 0 },
	{ FIELD_DEVICE, FIELD_MINOR, U32, 0, 1, 0 },
	{ FIELD_DEVICE, FIELD_MODE, U32, 0, 1, 0 },
	{ FIELD_DEVICE, FIELD_UID, U32, 0, 1, 0 },
	{ FIELD_DEVICE, FIELD_GID, U32, 0, 1, 0 },
	{ FIELD_DEVICE_RULE, FIELD_KIND, U32, 1, 1, 0 },
	{ FIELD_DEVICE_RULE, FIELD_MAJOR, U32, 0, 1, 0 },
	{ FIELD_DEVICE_RULE, FIELD_MINOR, U32, 0, 1, 0 },
	{ FIELD_DEVICE_RULE, FIELD_ACCESS, U32, 1, 1, 0 },
	{ FIELD_CGROUP_LIMIT, FIELD_NAME, TEXT, 1, 1, 0 },
	{ FIELD_CGROUP_LIMIT, FIELD_VALUE, TEXT, 1, 1, 0 },

	{ IN(FRAME_RUN), FIELD_PROCESS, U32, 1, 1, 0 },
	{ IN(FRAME_RUN), FIELD_TERMINAL, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_RELAYED, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_ROWS, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_COLUMNS, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_ARG, LONG_TEXT, 1, MANY, 0 },
	{ IN(FRAME_RUN), FIELD_ENV, LONG_TEXT, 0, MANY, 0 },
	{ IN(FRAME_RUN), FIELD_CWD, TEXT, 1, 1, 0 },
	{ IN(FRAME_RUN), FIELD_UID, U32, 1, 1, 0 },
	{ IN(FRAME_RUN), FIELD_GID, U32, 1, 1, 0 },
	{ IN(FRAME_RUN), FIELD_GROUP, U32, 0, MANY, 0 },
	{ IN(FRAME_RUN), FIELD_UMASK, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_CAP_BOUNDING, U64, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_CAP_EFFECTIVE, U64, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_CAP_INHERITABLE, U64, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_CAP_PERMITTED, U64, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_CAP_AMBIENT, U64, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_RLIMIT, GROUP, 0, MANY, 0 },
	{ IN(FRAME_RUN), FIELD_NO_NEW_PRIVS, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_OOM_SCORE_ADJ, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_HOOK, GROUP, 0, MANY, 0 },
	{ IN(FRAME_RUN), FIELD_SECCOMP, FILTER, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_SECCOMP_FLAGS, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_PERSONALITY, U32, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_SCHEDULER, GROUP, 0, 1, 0 },
	{ IN(FRAME_RUN), FIELD_IO_PRIORITY, U32, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_POLICY, U32, 1, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_FLAGS, U64, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_NICE, U32, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_PRIORITY, U32, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_RUNTIME, U64, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_DEADLINE, U64, 0, 1, 0 },
	{ FIELD_SCHEDULER, FIELD_PERIOD, U64, 0, 1, 0 },
	{ FIELD_HOOK, FIELD_PATH, TEXT, 1, 1, 0 },
	{ FIELD_HOOK, FIELD_ARG, LONG_TEXT, 0, MANY, 0 },
	{ FIELD_HOOK, FIELD_ENV, LONG_TEXT, 0, MANY, 0 },
	{ FIELD_HOOK, FIELD_ENV_INHERITED, U32, 0, 1, 0 },
	{ FIELD_HOOK, FIELD_TIMEOUT, U32, 0, 1, 0 },
	{ FIELD_HOOK, FIELD_STDIN, LONG_TEXT, 0, 1, 0 },
	{ FIELD_RLIMIT, FIELD_KIND, U32, 1, 1, 0 },
	{ FIELD_RLIMIT, FIELD_SOFT, U64, 1, 1, 0 },
	{ FIELD_RLIMIT, FIELD_HARD, U64, 1, 1, 0 },

	{ IN(FRAME_SIGNAL), FIELD_PROCESS, U32, 1, 1, 0 },
	{ IN(FRAME_SIGNAL), FIELD_SIGNAL, U32, 1, 1, 0 },
	{ IN(FRAME_SIGNAL), FIELD_ALL, U32, 0, 1, 0 },
	{ IN(FRAME_UPDATE), FIELD_CGROUP_LIMIT, GROUP, 1, MANY, 0 },
	{ IN(FRAME_STATS), FIELD_NAME, TEXT, 1, STATS_FILES_MAX, 0 },
	{ IN(FRAME_RESIZE), FIELD_PROCESS, U32, 1, 1, 0 },
	{ IN(FRAME_RESIZE), FIELD_ROWS, U32, 1, 1, 0 },
	{ IN(FRAME_RESIZE), FIELD_COLUMNS, U32, 1, 1, 0 },

	{ IN(FRAME_REFRESH), FIELD_ENTROPY, BYTES, 1, 1, ENTROPY_SIZE },
	{ IN(FRAME_REFRESH), FIELD_TIME, U64, 1, 1, 0 },
	{ IN(FRAME_TIME), FIELD_TIME, U64, 1, 1, 0 },
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

static const struct rule *rule_find(uint32_t place, uint16_t tag)
{
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (rules[i].place == place && rules[i].tag == tag)
			return &rules[i];
	return NULL;
}

static bool form_valid(const struct rule *rule, const struct field *field)
{
	switch (rule->form) {
	case U32:
		return field->length == sizeof(uint32_t);
	case U64:
		return field->length == sizeof(uint64_t);
	case TEXT:
		return field->length < TEXT_SIZE && !memchr(field->bytes, '\0', field->length);
	case LONG_TEXT:
		return !memchr(field->bytes, '\0', field->length);
	case BYTES:
		return rule->size ? field->length == rule->size
				  : field->length == 4 || field->length == 16;
	case FILTER:
		return field->length > 0 && field->length % sizeof(struct sock_filter) == 0 &&
		       field->length <= BPF_MAXINSNS * sizeof(struct sock_filter);
	case GROUP:
		return true; /* its fields are judged by their own rules */
	}
	return false;
}

static bool fields_valid(uint32_t place, struct field_reader reader)
{
	uint32_t counts[TAG_MAX] = { 0 };
	struct field field;

	while (field_next(&reader, &field)) {
		const struct rule *rule = rule_find(place, field.tag);

		if (!rule || !form_valid(rule, &field) || ++counts[field.tag] > rule->most)
			return false;
		/* Groups nest two deep, as the table does. */
		if (rule->form == GROUP && !fields_valid(field.tag, field_group(&field)))
			return false;
	}
	if (reader.bad)
		return false;
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (rules[i].place == place && counts[rules[i].tag] < rules[i].least)
			return false;
	return true;
}

bool request_valid(uint8_t frame_type, struct payload payload)
{
	return fields_valid(IN((uint32_t)frame_type), payload_reader(payload));
}
