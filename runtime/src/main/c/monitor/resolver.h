/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_MONITOR_RESOLVER_H
#define XEN_RUNC_MONITOR_RESOLVER_H

#include "failure.h"
#include "monitor.h"

/*
 * The guest's queries for names, which Docker's resolver in the container's network namespace
 * answers. Queries that come too fast wait for a moment; those beyond DNS_QUERIES_MAX, and those
 * that cannot be asked, are refused.
 */

int resolver_open(struct resolver *resolver, struct failure *failure);
/* DNS_QUERY. */
enum verdict resolver_ask(struct monitor *monitor, struct payload payload);
/* Queries have been answered, or can be sent on. */
void resolver_woken(struct resolver *resolver);
/* Sends answers and refusals as far as there is room; true if any. Gives late queries up. */
bool resolver_pump(struct monitor *monitor);
/* When a query is late; -1 = there is none. */
int64_t resolver_deadline(const struct resolver *resolver);
/* The guest is gone, and with it what it has asked. */
void resolver_drop(struct resolver *resolver);

#endif
