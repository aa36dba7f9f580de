/* SPDX-License-Identifier: Apache-2.0 */
/* A peer's bytes, cut into reads of sizes that the input chooses, through frames and fields. */
#include <stdlib.h>
#include <string.h>

#include "../field.h"
#include "../frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not static, so that no compiler drops the reads behind it. */
unsigned int fuzz_sum;

/* What every receiver does with a payload: all fields, groups inside groups, every typed view. The
 * bytes are summed up so that a read beyond them happens and is seen. */
static unsigned int fields_walk(struct field_reader reader, int depth)
{
	unsigned int sum = 0;
	struct field field;
	char text[64];
	uint32_t u32;
	uint64_t u64;

	while (field_next(&reader, &field)) {
		if (field_u32(&field, &u32))
			sum += u32;
		if (field_u64(&field, &u64))
			sum += (unsigned int)u64;
		if (field_text(&field, text, sizeof(text)) && strlen(text) != field.length)
			abort();
		for (uint32_t i = 0; i < field.length; i++)
			sum += field.bytes[i];
		if (depth < 4)
			sum += fields_walk(field_group(&field), depth + 1);
	}
	if (!reader.bad && reader.next != reader.end)
		abort();
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame_reader reader;

	frame_reader_init(&reader);
	while (size > 1) {
		size_t chunk = 1 + data[0] * 257u, room;
		uint8_t *space = frame_reader_space(&reader, &room);
		enum frame_status status;
		const uint8_t *payload;
		struct frame frame;

		if (room == 0)
			abort();
		data++;
		size--;
		chunk = chunk < size ? chunk : size;
		chunk = chunk < room ? chunk : room;
		memcpy(space, data, chunk);
		frame_reader_filled(&reader, chunk);
		data += chunk;
		size -= chunk;
		while ((status = frame_reader_next(&reader, &frame, &payload)) == FRAME_READY) {
			if (frame.length > FRAME_PAYLOAD_MAX || frame.flags & ~FRAME_MORE)
				abort();
			fuzz_sum += fields_walk(field_reader(payload, frame.length), 0);
		}
		if (status == FRAME_BAD)
			break;
	}
	return 0;
}
