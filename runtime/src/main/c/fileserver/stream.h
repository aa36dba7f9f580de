/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_STREAM_H
#define XEN_RUNC_FILESERVER_STREAM_H

#include "export.h"
#include "request.h"

/* The exports' streams: messages out of frames, windows, ends. All functions may be called by any
 * thread at any time. */

/* Waits for the next whole message of any export. `*message` is the caller's buffer; if the message
 * was assembled in another one, it is exchanged for that. */
struct export *stream_next(struct message **message);

/* Sends `reply`, unless it is empty, and gives back the window that a message of `length` used. */
void stream_answer(struct export *export, size_t length, const struct reply *reply);

/* Ends the stream and lets go of all that the guest had of the export. */
void stream_close(struct export *export);

#endif
