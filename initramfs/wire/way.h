/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XEN_RUNC_WIRE_WAY_H
#define XEN_RUNC_WIRE_WAY_H

/* Which way a message goes, on which connection of docs/protocol.md. */
enum way {
	EVERY_WAY,     /* HELLO alone */
	TO_AGENT,      /* the engine's requests, and what the monitor tells it */
	FROM_AGENT,    /* to the monitor, and by it to the engine */
	TO_MONITOR,    /* from the engine, for itself */
	FROM_MONITOR,  /* to the engine */
	FROM_SESSION,  /* to the monitor */
	TO_SESSION,    /* from the monitor */
	TO_SERVER,     /* from the monitor to the file server */
	FROM_LAUNCHER, /* to the engine */
	TO_LAUNCHER,   /* from the engine; by it to the monitor, session or compiler that it runs */
};

#endif
