/* SPDX-License-Identifier: Apache-2.0 */
#include "netlink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

/* The kernel fills at most 32 KiB of a dump at once, and less if the reader's buffer is smaller. */
#define NETLINK_ANSWER_MAX 32768
/* NLA_HDRLEN without its sign. */
#define ATTRIBUTE_HEADER sizeof(struct nlattr)

/* Attribute types carry flags in their high bits (netlink(7), NLA_TYPE_MASK). */
static unsigned int attribute_type(const struct nlattr *attribute)
{
	return attribute->nla_type & (unsigned int)NLA_TYPE_MASK;
}

int netlink_open(struct netlink *netlink, uint32_t groups)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
	const int on = 1;

	*netlink = (struct netlink){ .timeout_ms = NETLINK_TIMEOUT_MS };
	netlink->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (netlink->fd < 0)
		return -1;
	/* Both options only make the errors better: kernels that lack them still work. */
	setsockopt(netlink->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(netlink->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (bind(netlink->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		netlink_close(netlink);
		return -1;
	}
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	int saved = errno;

	close(netlink->fd);
	netlink->fd = -1;
	errno = saved;
}

/* Makes room for `length` bytes at the aligned end of the request; NULL if they do not fit. */
static uint8_t *request_reserve(struct netlink_request *request, size_t length)
{
	size_t end = NLMSG_ALIGN(request->header.nlmsg_len);

	if (request->full || length > sizeof(request->bytes) - end) {
		request->full = true;
		return NULL;
	}
	request->header.nlmsg_len = (uint32_t)(end + length);
	return request->bytes + end;
}

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *header, size_t size)
{
	uint8_t *place;

	/* Padding between attributes must not carry what lay in memory. */
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_len = NLMSG_HDRLEN;
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	place = request_reserve(request, size);
	if (place)
		memcpy(place, header, size);
}

void netlink_put(struct netlink_request *request, uint16_t type, const void *bytes, size_t length)
{
	struct nlattr attribute = { .nla_type = type };
	uint8_t *place;

	if (length > NETLINK_REQUEST_MAX) {
		request->full = true;
		return;
	}
	attribute.nla_len = (uint16_t)(ATTRIBUTE_HEADER + length);
	place = request_reserve(request, attribute.nla_len);
	if (!place)
		return;
	memcpy(place, &attribute, sizeof(attribute));
	if (length)
		memcpy(place + ATTRIBUTE_HEADER, bytes, length);
}

void netlink_put_u32(struct netlink_request *request, uint16_t type, uint32_t value)
{
	netlink_put(request, type, &value, sizeof(value));
}

void netlink_put_text(struct netlink_request *request, uint16_t type, const char *text)
{
	netlink_put(request, type, text, strlen(text) + 1);
}

size_t netlink_nest_begin(struct netlink_request *request, uint16_t type)
{
	size_t mark = NLMSG_ALIGN(request->header.nlmsg_len);

	netlink_put(request, (uint16_t)(type | NLA_F_NESTED), NULL, 0);
	return mark;
}

void netlink_nest_end(struct netlink_request *request, size_t mark)
{
	uint16_t length = (uint16_t)(request->header.nlmsg_len - mark);

	if (!request->full)
		memcpy(request->bytes + mark, &length, sizeof(length));
}

static int request_send(struct netlink *netlink, struct netlink_request *request)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	netlink->reason[0] = '\0';
	if (request->full) {
		errno = EMSGSIZE;
		return -1;
	}
	request->header.nlmsg_seq = ++netlink->sequence;
	if (sendto(netlink->fd, request->bytes, request->header.nlmsg_len, 0,
		   (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -1;
	return 0;
}

/* Waits for one datagram from the kernel until `deadline`; its length, or -1 with errno. */
static ssize_t answer_receive(struct netlink *netlink, uint8_t *bytes, int64_t deadline)
{
	for (;;) {
		struct sockaddr_nl sender = { 0 };
		struct iovec vector = { .iov_base = bytes, .iov_len = NETLINK_ANSWER_MAX };
		struct msghdr message = { .msg_name = &sender,
					  .msg_namelen = sizeof(sender),
					  .msg_iov = &vector,
					  .msg_iovlen = 1 };
		ssize_t length = recvmsg(netlink->fd, &message, 0);
		int64_t left = deadline - clock_ms();

		if (length >= 0 && message.msg_flags & MSG_TRUNC) {
			errno = EBADMSG;
			return -1;
		}
		/* Another process may write to our socket; only the kernel has port 0. */
		if (length >= 0 && sender.nl_pid == 0)
			return length;
		if (length < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		poll(&(struct pollfd){ .fd = netlink->fd, .events = POLLIN }, 1, (int)left);
	}
}

/* The error code at the start of an NLMSG_ERROR or NLMSG_DONE message, and, if the kernel gave one,
 * its reason (NLMSGERR_ATTR_MSG, netlink(7)). */
static int answer_code(struct netlink *netlink, const struct nlmsghdr *message)
{
	const struct nlattr *table[NLMSGERR_ATTR_MSG + 1];
	size_t size = sizeof(struct nlmsgerr);
	int code;

	if (message->nlmsg_len < NLMSG_HDRLEN + sizeof(code))
		return -EBADMSG;
	memcpy(&code, NLMSG_DATA(message), sizeof(code));
	/* Without NLM_F_CAPPED the refused request stands between the code and the reason. */
	if (message->nlmsg_type == NLMSG_ERROR && message->nlmsg_flags & NLM_F_ACK_TLVS &&
	    message->nlmsg_flags & NLM_F_CAPPED &&
	    netlink_attributes(message, size, table, NLMSGERR_ATTR_MSG + 1))
		netlink_text(table[NLMSGERR_ATTR_MSG], netlink->reason, sizeof(netlink->reason));
	return code;
}

/* How an exchange stands while its answers come in. */
struct exchange {
	netlink_taker *take; /* NULL when only the acknowledgement is of interest */
	void *context;
	bool ended, interrupted;
	int code;  /* the kernel's verdict, 0 or -errno */
	int taken; /* what the taker said last */
};

static void answer_take(struct netlink *netlink, struct exchange *exchange,
			const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != netlink->sequence)
		return; /* the end of an exchange that timed out, or an event */
	if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) {
		exchange->ended = true;
		exchange->code = answer_code(netlink, message);
		return;
	}
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->interrupted = true;
	/* The rest of the dump is still drained: the socket carries one at a time. */
	if (exchange->take && exchange->taken == 0)
		exchange->taken = exchange->take(message, exchange->context);
}

static int exchange_run(struct netlink *netlink, struct netlink_request *request,
			struct exchange *exchange)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[NETLINK_ANSWER_MAX];
	int64_t deadline = clock_ms() + netlink->timeout_ms;

	if (request_send(netlink, request) < 0)
		return -1;
	while (!exchange->ended) {
		ssize_t received = answer_receive(netlink, bytes, deadline);
		const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
		size_t left = (size_t)received;

		if (received < 0)
			return -1;
		while (left >= sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
		       message->nlmsg_len <= left && !exchange->ended) {
			size_t step = NLMSG_ALIGN(message->nlmsg_len);

			answer_take(netlink, exchange, message);
			left -= step < left ? step : left;
			message = (const struct nlmsghdr *)((const uint8_t *)message + step);
		}
		if (left && !exchange->ended) {
			errno = EBADMSG;
			return -1;
		}
	}
	if (exchange->code < 0) {
		errno = -exchange->code;
		return -1;
	}
	return 0;
}

int netlink_do(struct netlink *netlink, struct netlink_request *request)
{
	struct exchange exchange = { 0 };

	request->header.nlmsg_flags |= NLM_F_ACK;
	return exchange_run(netlink, request, &exchange);
}

int netlink_dump(struct netlink *netlink, struct netlink_request *request, netlink_taker *take,
		 void *context)
{
	struct exchange exchange = { .take = take, .context = context };

	request->header.nlmsg_flags |= NLM_F_DUMP;
	if (exchange_run(netlink, request, &exchange) < 0)
		return -1;
	if (exchange.taken == 0 && exchange.interrupted) {
		errno = EAGAIN;
		return -1;
	}
	return exchange.taken;
}

int netlink_wait(struct netlink *netlink, int timeout_ms)
{
	uint8_t bytes[NETLINK_ANSWER_MAX];
	int64_t deadline = clock_ms() + timeout_ms;

	if (answer_receive(netlink, bytes, deadline) < 0 && errno != ENOBUFS)
		return -1;
	/* Lost events are as good as events: the caller lists everything again. */
	while (recv(netlink->fd, bytes, sizeof(bytes), 0) >= 0 || errno == ENOBUFS)
		;
	return 0;
}

static bool attributes_sort(const uint8_t *bytes, size_t left, const struct nlattr **table,
			    size_t count)
{
	memset(table, 0, count * sizeof(*table));
	while (left >= ATTRIBUTE_HEADER) {
		const struct nlattr *attribute = (const struct nlattr *)bytes;
		size_t step;

		if (attribute->nla_len < ATTRIBUTE_HEADER || attribute->nla_len > left)
			return false;
		if (attribute_type(attribute) < count)
			table[attribute_type(attribute)] = attribute;
		step = NLA_ALIGN(attribute->nla_len);
		bytes += step;
		left -= step < left ? step : left;
	}
	return left == 0;
}

bool netlink_attributes(const struct nlmsghdr *message, size_t size, const struct nlattr **table,
			size_t count)
{
	size_t start = NLMSG_HDRLEN + NLMSG_ALIGN(size);

	if (message->nlmsg_len < NLMSG_HDRLEN + size)
		return false;
	if (message->nlmsg_len < start)
		start = message->nlmsg_len;
	return attributes_sort((const uint8_t *)message + start, message->nlmsg_len - start, table,
			       count);
}

bool netlink_nested(const struct nlattr *attribute, const struct nlattr **table, size_t count)
{
	return attributes_sort(netlink_bytes(attribute), netlink_length(attribute), table, count);
}

const void *netlink_bytes(const struct nlattr *attribute)
{
	return (const uint8_t *)attribute + ATTRIBUTE_HEADER;
}

size_t netlink_length(const struct nlattr *attribute)
{
	return attribute->nla_len - ATTRIBUTE_HEADER;
}

bool netlink_u32(const struct nlattr *attribute, uint32_t *value)
{
	return netlink_copy(attribute, value, sizeof(*value));
}

bool netlink_copy(const struct nlattr *attribute, void *bytes, size_t length)
{
	if (!attribute || netlink_length(attribute) != length)
		return false;
	memcpy(bytes, netlink_bytes(attribute), length);
	return true;
}

bool netlink_text(const struct nlattr *attribute, char *text, size_t size)
{
	size_t length;

	if (!attribute)
		return false;
	length = strnlen(netlink_bytes(attribute), netlink_length(attribute));
	if (length >= size)
		return false;
	memcpy(text, netlink_bytes(attribute), length);
	text[length] = '\0';
	return true;
}
