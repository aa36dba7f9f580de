// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.engine;

import dev.xenrunc.diagnosis.LogRecord;
import dev.xenrunc.diagnosis.Place;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.wire.Peer;
import dev.xenrunc.wire.WireException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/**
 * What is logged while a verb runs, on its way to its launcher. A launcher that is at an order does
 * not listen: until it answers, records are kept, and only so many.
 */
final class VerbLog {
  private static final Duration SEND_LIMIT = Duration.ofSeconds(10);
  private static final int KEPT_MAX = 1000;
  private static final int TEXT_MAX = 4096;

  private final Peer peer;
  private final Deque<LogRecord> kept = new ArrayDeque<>();
  private boolean atOrder;
  private int leftOut;

  VerbLog(Peer peer) {
    this.peer = peer;
  }

  /** Sends a record, or keeps it. */
  synchronized void add(LogRecord record) {
    if (!atOrder) {
      send(record);
    } else if (kept.size() < KEPT_MAX) {
      kept.add(record);
    } else {
      leftOut++;
    }
  }

  /** The launcher is going to be given an order. */
  synchronized void orderBegins() {
    atOrder = true;
  }

  /** The launcher listens again. */
  synchronized void orderEnds() {
    atOrder = false;
    while (!kept.isEmpty()) {
      send(kept.remove());
    }
    if (leftOut > 0) {
      String text = leftOut + " more records: they are left out";
      send(new LogRecord(Instant.now(), Level.WARN, text, Optional.empty()));
      leftOut = 0;
    }
  }

  private void send(LogRecord record) {
    FieldWriter fields =
        new FieldWriter()
            .put(FieldTag.LEVEL, level(record.level()))
            .put(FieldTag.TIME, nanoseconds(record.time()))
            .put(FieldTag.TEXT, text(record.text()));
    put(fields, record.place());
    try {
      peer.send(FrameType.LOG, fields, SEND_LIMIT);
    } catch (WireException e) {
      // The next order, or the result, finds it broken, and says so.
      return;
    }
  }

  /** Adds the place in the source, for those who can be told of it. */
  static void put(FieldWriter fields, Optional<Place> place) {
    place.ifPresent(
        there -> fields.put(FieldTag.FUNCTION, there.function()).put(FieldTag.FILE, there.file()));
  }

  /** As logrus calls it. */
  private static String level(Level level) {
    return switch (level) {
      case ERROR -> "error";
      case WARN -> "warning";
      case INFO -> "info";
      case DEBUG, TRACE -> "debug";
    };
  }

  private static long nanoseconds(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  private static String text(String text) {
    String shown = text.replace('\0', '?');
    return shown.length() > TEXT_MAX ? shown.substring(0, TEXT_MAX) + "…" : shown;
  }
}
