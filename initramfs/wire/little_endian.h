/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_LITTLE_ENDIAN_H
#define XEN_RUNC_WIRE_LITTLE_ENDIAN_H

#include <stdint.h>

/* The wire's integers, read and written at any alignment and on any host. */

static inline uint16_t little_get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t little_get32(const uint8_t *bytes)
{
	return (uint32_t)little_get16(bytes) | (uint32_t)little_get16(bytes + 2) << 16;
}

static inline uint64_t little_get64(const uint8_t *bytes)
{
	return little_get32(bytes) | (uint64_t)little_get32(bytes + 4) << 32;
}

static inline void little_put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

static inline void little_put32(uint8_t *bytes, uint32_t value)
{
	little_put16(bytes, (uint16_t)value);
	little_put16(bytes + 2, (uint16_t)(value >> 16));
}

static inline void little_put64(uint8_t *bytes, uint64_t value)
{
	little_put32(bytes, (uint32_t)value);
	little_put32(bytes + 4, (uint32_t)(value >> 32));
}

#endif
