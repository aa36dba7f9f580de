/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_CHECK_H
#define XEN_RUNC_LAUNCHER_CHECK_H

#include "failure.h"

/*
 * The verb `check`: becomes the program check beside the engine, in the environment that an engine
 * has, so that both find the same Java. `words` follow the verb. Returns only on failure, with -1.
 */
int check_execute(char **words, struct failure *failure);

#endif
