/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_AGENT_NOTIFIER_H
#define XEN_RUNC_AGENT_NOTIFIER_H

#include <stdint.h>

struct agent;
struct export;

/*
 * A child that hands the file server's notifications to the kernel. To drop a page or an entry the
 * kernel takes locks that are held by whoever waits for an answer; so the loop, which brings the
 * answers, must never write a notification itself.
 */
int notifier_start(struct agent *agent);
void notifier_send(struct agent *agent, const struct export *export, const uint8_t *bytes,
		   uint32_t length);
void notifier_stop(struct agent *agent);

#endif
