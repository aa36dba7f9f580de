/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

#include <string.h>
#include <sys/socket.h>

#include "frame.h"

bool packet_read(const uint8_t *bytes, size_t length, struct packet *packet)
{
	struct frame frame;

	if (length < FRAME_HEADER_SIZE || !frame_decode(bytes, &frame) || frame.flags ||
	    frame.stream != 0 || frame.length != length - FRAME_HEADER_SIZE)
		return false;
	*packet = (struct packet){
		.type = frame.type,
		.payload = { .bytes = bytes + FRAME_HEADER_SIZE, .length = frame.length },
	};
	return true;
}

size_t packet_write(uint8_t bytes[PACKET_SIZE], uint8_t type, const struct field_writer *fields)
{
	struct frame frame = { .type = type, .length = (uint32_t)fields->length };

	frame_encode(&frame, bytes);
	memcpy(bytes + FRAME_HEADER_SIZE, fields->bytes, fields->length);
	return FRAME_HEADER_SIZE + fields->length;
}

bool packet_send(int fd, uint8_t type, const struct field_writer *fields)
{
	uint8_t bytes[PACKET_SIZE];
	size_t length = packet_write(bytes, type, fields);

	return send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}
