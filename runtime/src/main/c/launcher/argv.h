/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ARGV_H
#define XEN_RUNC_LAUNCHER_ARGV_H

#include <stdbool.h>
#include <stddef.h>

#include "field.h"

/* Texts of a message as execve(2) takes them: strings on the heap, with a NULL behind the last. */

/* Adds a field's text to the list, which begins as NULL with a count of 0. */
bool argv_append(char ***list, size_t *count, const struct field *field);
void argv_free(char **list);

#endif
