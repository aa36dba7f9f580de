/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "container.h"
#include "log.h"
#include "loop.h"
#include "timekeeping.h"

/* struct rand_pool_info with room for its bytes. */
struct seed {
	int bits, size;
	uint8_t bytes[ENTROPY_SIZE];
};

/* random(4): the bytes count in full, so that a program that waits for the pool goes on. A pool
 * that was seeded before would use them only when it reseeds, minutes later: RNDRESEEDCRNG does it
 * now. */
static int pool_seed(const struct field *entropy)
{
	struct seed seed = { .bits = ENTROPY_SIZE * 8, .size = ENTROPY_SIZE };
	/* A privileged container can put a fifo there: do not wait for it. */
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

void refresh(struct loop *loop, struct timekeeping *timekeeping, const struct container *container,
	     uint32_t request, struct payload payload)
{
	const char *what = "seed the random pool";
	struct field entropy;
	char text[128] = "";
	int status = payload_find(payload, FIELD_ENTROPY, &entropy) ? pool_seed(&entropy) : EINVAL;

	if (status == 0 && loop->owns_machine) {
		what = "set the clock";
		status = timekeeping_correct(payload_u64(payload, FIELD_TIME, 0));
	}
	if (status) {
		snprintf(text, sizeof(text), "refresh: %s: %s", what, strerror(status));
		log_error("%s", text);
	}
	/* Before there is a container the clock may jump. */
	timekeeping_ask(loop, timekeeping, container->state == CONTAINER_NONE);
	outbox_reply(&loop->outbox, request, (uint32_t)status, text);
}
