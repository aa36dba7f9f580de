/* SPDX-License-Identifier: Apache-2.0 */
#include "network_task.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "container_of.h"
#include "log.h"

static bool is_network(const struct field *field)
{
	return field->tag == FIELD_LINK || field->tag == FIELD_ROUTE ||
	       field->tag == FIELD_NEIGHBOUR;
}

static size_t network_length(struct payload payload)
{
	struct field_reader reader = payload_reader(payload);
	struct field field;
	size_t length = 0;

	while (field_next(&reader, &field))
		if (is_network(&field))
			length += FIELD_HEADER_SIZE + field.length;
	return length;
}

static void network_copy(struct payload payload, uint8_t *bytes, size_t length)
{
	struct field_writer writer = field_writer(bytes, length);
	struct field_reader reader = payload_reader(payload);
	struct field field;

	while (field_next(&reader, &field))
		if (is_network(&field))
			field_put(&writer, field.tag, field.bytes, field.length);
}

void network_bring(struct network *network, struct payload payload)
{
	size_t length = network_length(payload);
	uint8_t *bytes = NULL;

	if (length) {
		bytes =
		    mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (bytes == MAP_FAILED) {
			/* Nothing of it will be taken away, which is better than no network. */
			log_error("network: no memory to remember it");
			bytes = NULL;
			length = 0;
		}
	}
	if (bytes)
		network_copy(payload, bytes, length);
	if (network->brought.payload.length)
		munmap((void *)network->brought.payload.bytes, network->brought.payload.length);
	network->brought = (struct brought){
		.payload = { .bytes = bytes, .length = length },
		.whole = true,
	};
}

static void network_work(const struct task *task, const struct inheritance *inheritance,
			 struct payload payload)
{
	const struct network *network = container_of(task, const struct network, task);

	network_configure(inheritance, &network->brought, payload);
}

bool network_start(struct loop *loop, struct network *network, const struct container *container,
		   uint32_t request, struct payload payload)
{
	network->task.name = "network";
	/* The child has the old one. What it takes away it takes away first: even if it fails
	 * later, there is nothing but what this one brings. */
	if (!task_start(loop, &network->task, container, request, payload, network_work))
		return false;
	network_bring(network, payload);
	network->brought.whole = false;
	return true;
}

void network_reaped(struct loop *loop, struct network *network, int status)
{
	network->brought.whole = task_reaped(loop, &network->task, status);
}
