/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_MONOTONIC_H
#define XEN_RUNC_WIRE_MONOTONIC_H

#include <stdint.h>
#include <time.h>

/* Milliseconds on the clock that bounds every wait. */
static inline int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
