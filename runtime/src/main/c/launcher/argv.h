/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ARGV_H
#define XEN_RUNC_LAUNCHER_ARGV_H

#include "payload.h"

/* Texts of a message as execve(2) takes them: strings on the heap, with a NULL behind the last. */

/* All texts with `tag`, behind `first` if that is not NULL. NULL with errno ENOMEM. */
char **argv_of(struct payload payload, uint16_t tag, const char *first);
void argv_free(char **list);

/* One text on the heap; NULL if it is absent, or for want of memory. */
char *text_of(struct payload payload, uint16_t tag);

#endif
