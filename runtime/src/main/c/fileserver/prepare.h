/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_FILESERVER_PREPARE_H
#define XEN_RUNC_FILESERVER_PREPARE_H

/* Reads the monitor's PREPARE and opens the exports that it names. Answers and ends the process if
 * one cannot be opened. */
void prepare_read(void);

/* Tells the monitor that all exports are ready. */
void prepare_done(void);

/* Tells the monitor why there will be no files, and ends the process. */
void prepare_fail(int error, const char *text) __attribute__((noreturn));

#endif
