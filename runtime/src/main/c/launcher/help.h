/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_HELP_H
#define XEN_RUNC_LAUNCHER_HELP_H

#include <stdbool.h>
#include <stddef.h>

/* True if the words behind a verb begin with flags among which --help is, in any spelling. */
bool help_is_asked(char **words);

/* The help of a verb, or of the whole program without a name, as runc lays it out. */
void help_format(const char *name, char *text, size_t size);

#endif
