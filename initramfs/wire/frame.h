/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_FRAME_H
#define XEN_RUNC_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

/* One frame header, decoded. */
struct frame {
	uint8_t type;
	uint8_t flags;
	uint32_t stream;
	uint32_t length; /* bytes of payload that follow the header */
};

/* Writes the FRAME_HEADER_SIZE bytes of `frame` to `bytes`. */
void frame_encode(const struct frame *frame, uint8_t bytes[FRAME_HEADER_SIZE]);

/* Reads a header out of a private copy. Returns false if the zero field is not zero, a flag is
 * unknown, or the length is over FRAME_PAYLOAD_MAX; type and stream are the caller's to judge. */
bool frame_decode(const uint8_t bytes[FRAME_HEADER_SIZE], struct frame *frame);

/*
 * Cuts a byte stream into frames. Owns one buffer of a header and a full payload; allocates
 * nothing. Feed it with reader_space and reader_filled, then take frames with reader_next until it
 * says FRAME_NONE; the payload is valid until the next call to any reader function.
 */
struct frame_reader {
	uint8_t buffer[FRAME_HEADER_SIZE + FRAME_PAYLOAD_MAX];
	size_t start, end;
};

enum frame_status {
	FRAME_NONE,  /* more bytes are needed */
	FRAME_READY, /* one frame was taken */
	FRAME_BAD,   /* the peer broke the format: close the connection */
};

void frame_reader_init(struct frame_reader *reader);
/* Where the next bytes go, and how many fit; never zero unless a whole frame waits to be taken. */
uint8_t *frame_reader_space(struct frame_reader *reader, size_t *size);
void frame_reader_filled(struct frame_reader *reader, size_t count);
enum frame_status frame_reader_next(struct frame_reader *reader, struct frame *frame,
				    const uint8_t **payload);

#endif
