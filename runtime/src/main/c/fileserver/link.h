/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_LINK_H
#define XEN_RUNC_FILESERVER_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/*
 * The socket to the monitor, which is file descriptor 3. A read blocks until the monitor says
 * something, a write until the channel to the guest has room. Once the monitor has closed the
 * socket, the process ends at once.
 */
#define LINK_FD 3

/* Takes the next frame; the payload is valid until the next call. One thread at a time. */
void link_read(struct frame *frame, const uint8_t **payload);

/* Writes one message as DATA frames, as many as it takes, and a WINDOW frame of `window` if that is
 * not 0. One thread at a time. */
void link_write_data(uint32_t stream, const uint8_t *bytes, size_t length, uint32_t window);
/* Writes another message, in as many frames as it takes. */
void link_write(uint8_t type, uint32_t stream, const uint8_t *bytes, size_t length);

/* Ends the process after a line in the log: the monitor broke the protocol. */
void link_fail(const char *why) __attribute__((noreturn));

#endif
