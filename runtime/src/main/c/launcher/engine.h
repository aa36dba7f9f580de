/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_ENGINE_H
#define XEN_RUNC_LAUNCHER_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* A cold JVM on an emulated processor takes tens of seconds. */
#define ENGINE_START_MS 120000

/*
 * A connection to the host's engine, which is started if nobody answers at its socket. With
 * `outdated` the engine that answered is of another build and about to leave: waits until it is
 * gone, or until one of this build has taken its place. Returns the socket, -1 with `failure`.
 */
int engine_connect(const char *libexec, bool outdated, int64_t deadline, struct failure *failure);

/* The pid at the other end of the connection, or -1. */
int engine_pid(int fd);

#endif
