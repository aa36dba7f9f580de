/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_XENBUS_H
#define XEN_RUNC_WIRE_XENBUS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A client of xenstore over /dev/xen/xenbus, in a guest or in dom0; the messages are those of
 * Xen's docs/misc/xenstore.txt. Paths may be relative to the caller's own domain's directory.
 * Every function waits XENBUS_TIMEOUT_MS at most and returns -1 with errno: xenstored's own,
 * ETIMEDOUT, or EPROTO for an answer that makes no sense.
 */
struct xenbus {
	int fd;
	uint32_t request; /* number of the last one sent */
};

#define XENBUS_TIMEOUT_MS 10000
#define XENBUS_VALUE_MAX 2048 /* xenstored's own limit for a domain */

/* A transaction's number; outside of any: */
#define XENBUS_NO_TRANSACTION 0

int xenbus_open(struct xenbus *xenbus);
void xenbus_close(struct xenbus *xenbus);

/* Reads a text value and ends it with NUL; EMSGSIZE if it does not fit. */
int xenbus_read(struct xenbus *xenbus, uint32_t transaction, const char *path, char *value,
		size_t size);
int xenbus_write(struct xenbus *xenbus, uint32_t transaction, const char *path, const char *value);

int xenbus_transaction_start(struct xenbus *xenbus, uint32_t *transaction);
/* EAGAIN if somebody else wrote meanwhile: nothing is done and the transaction must be repeated. */
int xenbus_transaction_commit(struct xenbus *xenbus, uint32_t transaction);
void xenbus_transaction_abort(struct xenbus *xenbus, uint32_t transaction);

#endif
