/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_LAUNCHER_CONSOLE_H
#define XEN_RUNC_LAUNCHER_CONSOLE_H

/*
 * The caller's own terminal: whichever of the three streams is one, else the controlling terminal,
 * as runc looks for it (tty.go, initHostConsole). The caller closes what is returned. -1 with errno
 * if there is none.
 */
int console_open(void);

#endif
