/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_CLOCK_H
#define XEN_RUNC_WIRE_CLOCK_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

/* The clock that bounds every wait: milliseconds of CLOCK_MONOTONIC. So are all deadlines. */
static inline int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left until the deadline, as poll(2) wants it; 0 when it is over. */
static inline int clock_left(int64_t deadline)
{
	int64_t left = deadline - clock_ms();

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* The earlier of two deadlines, of which -1 is never. */
static inline int64_t clock_earlier(int64_t one, int64_t other)
{
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

#endif
