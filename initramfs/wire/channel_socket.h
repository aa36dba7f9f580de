/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_CHANNEL_SOCKET_H
#define XEN_RUNC_WIRE_CHANNEL_SOCKET_H

#include "channel.h"

/* A connected stream socket; the channel owns `fd` from now on. NULL with errno. */
struct channel *channel_from_socket(int fd);

#endif
