/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's init for the smoke test: waits for its vif, as a kernel without one would not show it,
 * then ends the domain in the way that its last argument names (the kernel hands its own on).
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

#define POLLS 600
#define POLL_MICROSECONDS 50000

static void await_vif(void)
{
	for (int i = 0; i < POLLS && access("/sys/class/net/eth0", F_OK) != 0; i++)
		usleep(POLL_MICROSECONDS);
}

int main(int argc, char **argv)
{
	const char *end = argc > 1 ? argv[argc - 1] : "poweroff";

	mount("sysfs", "/sys", "sysfs", 0, NULL);
	await_vif();
	printf("guest: %s\n", end);
	if (strcmp(end, "crash") == 0)
		return 1; /* the kernel panics when its init ends */
	reboot(strcmp(end, "reboot") == 0 ? RB_AUTOBOOT : RB_POWER_OFF);
	return 1;
}
