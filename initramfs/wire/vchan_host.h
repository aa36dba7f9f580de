/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_VCHAN_HOST_H
#define XEN_RUNC_WIRE_VCHAN_HOST_H

#include "channel.h"

/* dom0 side: maps what domain `domid` offers. Uses the two open devices /dev/xen/gntdev and
 * /dev/xen/evtchn, which the channel owns from now on. NULL with errno. */
struct channel *channel_join_vchan(int gntdev_fd, int evtchn_fd, uint32_t domid, uint32_t ring_ref,
				   uint32_t port);

#endif
