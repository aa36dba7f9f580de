/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_SETTINGS_H
#define XEN_RUNC_CHILD_SETTINGS_H

#include "inheritance.h"
#include "payload.h"

/* Sysctls and names of PREPARE. */

/* Writes `value` to the file `path` below the directory `fd`, and nowhere else. NULL, or the step
 * that failed, with errno. */
const char *setting_write(int fd, const char *path, const char *value);
/* The guest's own sysctls, in the agent itself. Logs a failure, and goes on. */
void settings_of_host(const struct inheritance *inheritance, struct payload prepare);
/* Those of the network, in `payload` or in a LINK. Logs a failure, and goes on. */
void settings_of_network(const struct inheritance *inheritance, struct payload payload);
/* The container's sysctls, hostname and domainname. Ends the child with a report if one fails. */
void settings_apply(const struct inheritance *inheritance, struct payload prepare);

#endif
