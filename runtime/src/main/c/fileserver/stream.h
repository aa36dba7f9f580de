/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_STREAM_H
#define XEN_RUNC_FILESERVER_STREAM_H

#include "export.h"
#include "request.h"

/* The exports' streams: messages out of frames, windows, ends. Any thread may call each function at
 * any time. */

/* Waits for the next whole message, and returns its export. `*message` is the caller's buffer; if
 * another buffer holds the message, the two change places. */
struct export *stream_next(struct message **message);

/* Sends `reply`, unless it is empty, and gives back the window that a message of `length` used. */
void stream_answer(struct export *export, size_t length, const struct reply *reply);

/* Ends the stream and lets go of all that the guest had of the export. */
void stream_close(struct export *export);

#endif
