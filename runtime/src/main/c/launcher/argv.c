/* SPDX-License-Identifier: Apache-2.0 */
#include "argv.h"

#include <stdlib.h>

bool argv_append(char ***words, size_t *count, const struct field *field)
{
	char **longer = realloc(*words, (*count + 2) * sizeof(*longer));
	char *text = malloc((size_t)field->length + 1);

	if (longer)
		*words = longer;
	if (!longer || !text || !field_text(field, text, (size_t)field->length + 1)) {
		free(text);
		return false;
	}
	longer[(*count)++] = text;
	longer[*count] = NULL;
	return true;
}

void argv_free(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}
