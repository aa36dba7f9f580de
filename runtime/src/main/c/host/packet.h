/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_PACKET_H
#define XEN_RUNC_HOST_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "payload.h"

/* Between monitor and session every packet is one frame, and its stream is zero. */

/* What is appended to the monitor's socket's path for the sessions' socket. */
#define SESSIONS_SUFFIX ".s"
#define PACKET_SIZE 512

struct packet {
	uint8_t type;
	struct payload payload; /* inside of the bytes that it was read from */
};

/* False if the bytes are not one whole frame; its type and payload are still to be judged. */
bool packet_read(const uint8_t *bytes, size_t length, struct packet *packet);

/* Writes a frame with these fields, which are PACKET_SIZE - FRAME_HEADER_SIZE bytes at most.
 * Returns its length. */
size_t packet_write(uint8_t bytes[PACKET_SIZE], uint8_t type, const struct field_writer *fields);

/* The same into a socket, without waiting for room. */
bool packet_send(int fd, uint8_t type, const struct field_writer *fields);

#endif
