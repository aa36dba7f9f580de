/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent.h"
#include "log.h"
#include "timekeeping.h"

/* What the bytes of rand_pool_info hold, in a type that has their size. */
struct seed {
	int bits, size;
	uint8_t bytes[ENTROPY_SIZE];
};

/* random(4): the bytes count in full, so that whoever waits for the pool goes on. A pool that was
 * seeded before would use them only at its next turn, minutes later: RNDRESEEDCRNG is that turn. */
static int pool_seed(const struct field *entropy)
{
	struct seed seed = { .bits = ENTROPY_SIZE * 8, .size = ENTROPY_SIZE };
	/* A container that may do anything can put a fifo there: it is not waited for. */
	int fd = open("/dev/random", O_RDONLY | O_CLOEXEC | O_NONBLOCK), status = 0;

	if (fd < 0)
		return errno;
	memcpy(seed.bytes, entropy->bytes, ENTROPY_SIZE);
	if (ioctl(fd, RNDADDENTROPY, &seed) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0)
		status = errno;
	explicit_bzero(&seed, sizeof(seed));
	close(fd);
	return status;
}

void refresh(struct agent *agent, uint32_t request, struct payload payload)
{
	const char *what = "seed the random pool";
	struct field entropy;
	char text[128] = "";
	int status = payload_find(payload, FIELD_ENTROPY, &entropy) ? pool_seed(&entropy) : EINVAL;

	if (status == 0 && agent->owns_machine) {
		what = "set the clock";
		status = timekeeping_correct(payload_u64(payload, FIELD_TIME, 0));
	}
	if (status) {
		snprintf(text, sizeof(text), "refresh: %s: %s", what, strerror(status));
		log_error("%s", text);
	}
	/* Before there is a container nobody minds a jump. */
	timekeeping_ask(agent, agent->container.state == CONTAINER_NONE);
	agent_reply(agent, request, (uint32_t)status, text);
}
