/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_SPEC_H
#define XEN_RUNC_LAUNCHER_SPEC_H

#include "failure.h"

/*
 * The verb `spec [--bundle DIR]`: writes a config.json to start from into DIR or the current
 * directory, where there must be none. `words` follow the verb.
 */
int spec_write(char **words, struct failure *failure);

#endif
