/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xen-hotplug: the program that libxl runs as a vif's "script", as `xen-hotplug ACTION type_if=vif`
 * with what it is about in the environment (libxl_linux.c, get_hotplug_env). netback joins the
 * guest when hotplug-status says "connected"; libxl fails the vif when this program does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "carrier.h"
#include "failure.h"
#include "wiring.h"
#include "xenbus.h"

/* What libxl says in the environment. */
struct plug {
	const char *type;    /* vif or vbd */
	const char *backend; /* the device's directory in xenstore */
	const char *vif;     /* the interface's name */
	const char *carrier; /* the vif's gatewaydev */
};

static int variable_take(const char *name, const char **value, struct failure *failure)
{
	*value = getenv(name);
	if (!*value || !**value)
		return failure_set(failure, EINVAL, "%s is not set: run by libxl only", name);
	return 0;
}

static int status_write(struct xenbus *xenbus, const struct plug *plug, const char *name,
			const char *value)
{
	char path[512];

	if (snprintf(path, sizeof(path), "%s/%s", plug->backend, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return xenbus_write(xenbus, XENBUS_NO_TRANSACTION, path, value);
}

static int vif_online(struct xenbus *xenbus, struct plug *plug, struct failure *failure)
{
	struct carrier carrier;
	int netns_fd, result;

	if (variable_take("vif", &plug->vif, failure) < 0 ||
	    variable_take("netdev", &plug->carrier, failure) < 0 ||
	    carrier_parse(plug->carrier, &carrier, failure) < 0 ||
	    carrier_netns(&carrier, &netns_fd, failure) < 0)
		return -1;
	result = wiring_make(plug->vif, netns_fd, &carrier, failure);
	close(netns_fd);
	if (result == 0 && status_write(xenbus, plug, "hotplug-status", "connected") < 0)
		return failure_errno(failure, errno, "write hotplug-status");
	return result;
}

static void error_publish(struct xenbus *xenbus, const struct plug *plug,
			  const struct failure *failure)
{
	/* Nobody is left to tell if xenstore does not take it: the exit status says it too. */
	if (status_write(xenbus, plug, "hotplug-error", failure->text) == 0)
		status_write(xenbus, plug, "hotplug-status", "error");
}

static int online(struct plug *plug, struct failure *failure)
{
	struct xenbus xenbus;
	int result;

	if (xenbus_open(&xenbus) < 0)
		return failure_errno(failure, errno, "open /dev/xen/xenbus");
	result = vif_online(&xenbus, plug, failure);
	if (result < 0)
		error_publish(&xenbus, plug, failure);
	xenbus_close(&xenbus);
	return result;
}

static int action_do(const char *action, struct plug *plug, struct failure *failure)
{
	if (variable_take("XENBUS_TYPE", &plug->type, failure) < 0 ||
	    variable_take("XENBUS_PATH", &plug->backend, failure) < 0)
		return -1;
	if (strcmp(plug->type, "vif") != 0)
		return failure_set(failure, EINVAL,
				   "device type \"%s\" is not supported, only vif is", plug->type);
	if (strcmp(action, "online") == 0)
		return online(plug, failure);
	/* netback unregisters the vif wherever it is, and the rules go with the two links. */
	if (strcmp(action, "offline") == 0)
		return 0;
	return failure_set(failure, EINVAL, "unknown action \"%s\"", action);
}

int main(int argc, char **argv)
{
	struct failure failure;
	struct plug plug = { 0 };

	if (argc < 2)
		failure_set(&failure, EINVAL, "no action: run by libxl only");
	else if (action_do(argv[1], &plug, &failure) == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "xen-hotplug: %s%s%s\n", plug.vif ? plug.vif : "", plug.vif ? ": " : "",
		failure.text);
	return EXIT_FAILURE;
}
