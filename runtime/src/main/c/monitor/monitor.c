/* SPDX-License-Identifier: Apache-2.0 */
#include "monitor.h"

#include <stdarg.h>
#include <stdio.h>

#include "trace.h"

enum verdict protocol_broken(struct monitor *monitor, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(monitor->reason, sizeof(monitor->reason), format, arguments);
	va_end(arguments);
	return BROKEN;
}

enum frame_status source_next(struct source *source)
{
	enum frame_status status;

	if (source->held) {
		source->held = false;
		return FRAME_READY;
	}
	status = frame_reader_next(&source->reader, &source->frame, &source->payload);
	if (status == FRAME_READY)
		trace_received(source->peer, &source->frame);
	return status;
}
