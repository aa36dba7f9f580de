/* SPDX-License-Identifier: Apache-2.0 */
#include "hello.h"

enum hello_verdict hello_read(uint8_t type, uint32_t stream, struct payload payload,
			      struct hello *hello)
{
	if (type != FRAME_HELLO || stream != 0 || !payload_valid(EVERY_WAY, type, payload))
		return HELLO_MALFORMED;
	hello->version = payload_u32(payload, FIELD_PROTOCOL, 0);
	hello->least = payload_u32(payload, FIELD_PROTOCOL_MIN, 0);
	if (hello->version < PROTOCOL_VERSION_MIN || hello->least > PROTOCOL_VERSION)
		return HELLO_FOREIGN;
	return HELLO_GOOD;
}

void hello_put(struct field_writer *writer)
{
	field_put_u32(writer, FIELD_PROTOCOL, PROTOCOL_VERSION);
	field_put_u32(writer, FIELD_PROTOCOL_MIN, PROTOCOL_VERSION_MIN);
}
