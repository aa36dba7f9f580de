/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "verb.h"

int order_send_console(struct verb_run *run, const struct message *message, struct failure *failure)
{
	(void)run;
	(void)message;
	return failure_set(failure, ENOSYS, "terminals are not supported yet");
}
