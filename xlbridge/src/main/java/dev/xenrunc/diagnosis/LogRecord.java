// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import java.time.Instant;
import java.util.Optional;
import org.slf4j.event.Level;

/** What was logged, and where. */
public record LogRecord(Instant time, Level level, String text, Optional<Place> place) {}
