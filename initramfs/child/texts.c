/* SPDX-License-Identifier: Apache-2.0 */
#include "texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"

char **texts_take(struct payload group, uint16_t tag)
{
	struct field_reader reader = payload_reader(group);
	size_t count, bytes = 0;
	struct field field;
	char **texts, *at;

	for (count = 0; payload_next(&reader, tag, &field); count++)
		bytes += field.length + 1;
	texts = malloc((count + 2) * sizeof(*texts) + bytes);
	if (!texts)
		child_fail(ENOMEM, "run: arguments: %s", child_error(ENOMEM));
	at = (char *)(texts + count + 2);
	reader = payload_reader(group);
	for (size_t i = 0; payload_next(&reader, tag, &field); i++) {
		texts[i] = at;
		memcpy(at, field.bytes, field.length);
		at[field.length] = '\0';
		at += field.length + 1;
	}
	texts[count] = texts[count + 1] = NULL;
	return texts;
}
