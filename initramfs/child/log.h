/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_CHILD_LOG_H
#define XEN_RUNC_CHILD_LOG_H

#include <stdnoreturn.h>

/* Lines go to the kernel's log, and by it to the console, once log_to_kernel has been called; to
 * stderr before. */
void log_to_kernel(void);
/* Where lines go. */
int log_descriptor(void);

__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);
/* For PID 1 before its loop only: the kernel panics when it exits, which dom0 sees as a crash. */
__attribute__((format(printf, 1, 2))) noreturn void die(const char *format, ...);

#endif
