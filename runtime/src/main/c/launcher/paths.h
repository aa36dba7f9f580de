/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_PATHS_H
#define XEN_RUNC_LAUNCHER_PATHS_H

/* Where the engine is found, and what it writes. */
#define RUN_DIRECTORY "/run/xen-runc"
#define ENGINE_SOCKET RUN_DIRECTORY "/engine.sock"
#define ENGINE_LOCK RUN_DIRECTORY "/engine.lock"
#define LOG_DIRECTORY "/var/log/xen-runc"
#define ENGINE_LOG LOG_DIRECTORY "/engine.log"

#endif
