/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile server: whatever it writes over the shared page, at any moment, the client neither
 * reads nor writes outside its rings, and never moves more than was asked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../vchan_ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUFFER 20000 /* more than twice what the smallest rings hold */

/* The rest of the input. */
struct input {
	const uint8_t *next;
	size_t left;
};

static size_t input_take(struct input *input, void *bytes, size_t size)
{
	size_t count = size < input->left ? size : input->left;

	memset(bytes, 0, size);
	memcpy(bytes, input->next, count);
	input->next += count;
	input->left -= count;
	return count;
}

/* Malice: up to 28 bytes anywhere in the page. */
static void page_scribble(uint8_t *page, struct input *input)
{
	struct {
		uint8_t place, length;
		uint8_t bytes[28];
	} scribble;

	input_take(input, &scribble, 2);
	/* Mostly where the indices and bits are. */
	scribble.place %= 32;
	scribble.length %= sizeof(scribble.bytes);
	input_take(input, scribble.bytes, scribble.length);
	memcpy(page + scribble.place, scribble.bytes, scribble.length);
}

static void result_check(ssize_t result, size_t asked, uint32_t ring_size)
{
	if (result > (ssize_t)asked || result > (ssize_t)ring_size || result < -1)
		abort();
	if (result == -1 && errno != EAGAIN && errno != EPROTO)
		abort();
}

static void client_run(struct vchan_interface *page, struct vchan_orders orders, uint8_t *left,
		       uint8_t *right, struct input *input)
{
	struct vchan_ring ring = vchan_ring(page, VCHAN_CLIENT, orders, left, right);

	vchan_ring_open(&ring);
	while (input->left) {
		uint8_t action[3];
		uint8_t *buffer;
		size_t asked;
		bool notify;

		input_take(input, action, sizeof(action));
		asked = 1 + (action[1] | (size_t)action[2] << 8) % BUFFER;
		buffer = calloc(1, asked); /* exact, so that ASan sees a byte too many */
		if (action[0] % 3 == 0)
			result_check(vchan_ring_read(&ring, buffer, asked, &notify), asked,
				     ring.in.size);
		else if (action[0] % 3 == 1)
			result_check(vchan_ring_write(&ring, buffer, asked, &notify), asked,
				     ring.out.size);
		else
			page_scribble((uint8_t *)page, input);
		free(buffer);
	}
	vchan_ring_close(&ring);
}

/* Three inputs of four get orders that can be, most of them small: chance would find few. */
static void page_shape(struct vchan_interface *page, uint8_t choice)
{
	static const uint16_t left[] = { 10, 11, 12, 12, 13, 16 };
	static const uint16_t right[] = { 11, 12, 10, 12, 13, 20 };
	uint8_t *bytes = (uint8_t *)page;

	if (choice % 4 == 0)
		return;
	memcpy(bytes + 16, &left[choice % 6], 2);
	memcpy(bytes + 18, &right[choice % 6], 2);
	bytes[21] = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct vchan_interface *page = aligned_alloc(VCHAN_PAGE_SIZE, VCHAN_PAGE_SIZE);
	struct vchan_orders orders;
	uint32_t grants[256];
	uint8_t *left, *right;

	memset(page, 0, VCHAN_PAGE_SIZE);
	input_take(&input, page, 32);
	page_shape(page, size ? data[0] : 0);
	if (vchan_page_orders(page, &orders)) {
		vchan_page_grants(page, 0, grants, vchan_order_pages(orders.left));
		vchan_page_grants(page, vchan_order_pages(orders.left), grants,
				  vchan_order_pages(orders.right));
		left = malloc(vchan_order_pages(orders.left) * VCHAN_PAGE_SIZE);
		right = calloc(vchan_order_pages(orders.right), VCHAN_PAGE_SIZE);
		client_run(page, orders, left, right, &input);
		free(left);
		free(right);
	}
	free(page);
	return 0;
}
