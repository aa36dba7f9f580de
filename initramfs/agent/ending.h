/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_ENDING_H
#define XEN_RUNC_AGENT_ENDING_H

#include "container.h"
#include "loop.h"
#include "process.h"

/*
 * How a container ends. Its processes are killed; then, at the same time, their output drains to
 * the host and a child unmounts the file systems, whose last writes the loop still passes on.
 */

/* Begins it, because the host wants it. Safe to call again. */
void ending_begin(struct loop *loop, struct container *container);
/* Each turn of the loop: begins it if the container or the host is gone, and takes the next step
 * that is possible now. */
void ending_advance(struct loop *loop, struct container *container, struct processes *processes);

#endif
