/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_VCHAN_GUEST_H
#define XEN_RUNC_WIRE_VCHAN_GUEST_H

#include "channel.h"

/* Guest side: offers rings of at least `read_min` and `write_min` bytes to domain 0, publishes
 * ring-ref and event-channel below `xs_path` (relative to the guest's own xenstore directory, where
 * dom0 looks for "data/xen-runc").
 * Uses /dev/xen/{gntalloc,evtchn,xenbus}. NULL with errno. */
struct channel *channel_serve_vchan(const char *xs_path, size_t read_min, size_t write_min);

#endif
