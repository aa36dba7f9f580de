/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_TEST_ROOM_H
#define XEN_RUNC_TEST_ROOM_H

/*
 * A room of the test's own: pid, mount and network namespaces in which it is pid 1, with empty /run
 * and /var/log. Everything that a test leaves behind ends with it. Returns in the room; outside,
 * the process waits and exits with the room's status.
 */
void room_enter(void);

#endif
