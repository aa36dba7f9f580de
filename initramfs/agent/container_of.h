/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_CONTAINER_OF_H
#define XEN_RUNC_AGENT_CONTAINER_OF_H

#include <stddef.h>

/* What holds the member that `pointer` points to. */
#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
