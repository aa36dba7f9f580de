/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_HOST_DESCRIPTOR_H
#define XEN_RUNC_HOST_DESCRIPTOR_H

/* Gives `fd` an open file description of its own, with O_NONBLOCK, which nobody else then has. It
 * stays as it is if there can be none: a regular file would lose its offset, a socket cannot be
 * opened. */
void descriptor_own(int fd);

#endif
