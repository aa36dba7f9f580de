/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_XEN_DEVICE_H
#define XEN_RUNC_WIRE_XEN_DEVICE_H

/* The calls of /dev/xen/{evtchn,gntdev,gntalloc}. The kernel's headers use Xen's and C's types
 * without including them, so their order here is meaning. */
#include <stdint.h>

#include <xen/xen.h>

#include <xen/grant_table.h>

#include <xen/evtchn.h>
#include <xen/gntdev.h>

#include <xen/gntalloc.h>

#endif
