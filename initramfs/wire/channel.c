/* SPDX-License-Identifier: Apache-2.0 */
#include "channel.h"

#include "channel_kind.h"

int channel_fd(const struct channel *channel)
{
	return channel->kind->fd(channel);
}

short channel_events(const struct channel *channel, bool want_read, bool want_write)
{
	return channel->kind->events(want_read, want_write);
}

void channel_awake(struct channel *channel)
{
	channel->kind->awake(channel);
}

ssize_t channel_read(struct channel *channel, void *bytes, size_t size)
{
	return channel->kind->read(channel, bytes, size);
}

ssize_t channel_write(struct channel *channel, const void *bytes, size_t size)
{
	return channel->kind->write(channel, bytes, size);
}

void channel_close(struct channel *channel)
{
	if (channel)
		channel->kind->close(channel);
}
