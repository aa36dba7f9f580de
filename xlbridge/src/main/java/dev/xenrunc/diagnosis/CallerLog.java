// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * The log of a caller who wants to be told of everything that is done for him. A log key says for
 * whom a thread works, so that nobody is told of another's verb.
 */
public final class CallerLog implements AutoCloseable {
  /** The log key; no caller's log nor the engine's shows it. */
  public static final String KEY = "caller";

  private static final Map<String, CallerLog> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong LAST = new AtomicLong();

  private final String number;
  private final Consumer<LogRecord> sink;

  private CallerLog(String number, Consumer<LogRecord> sink) {
    this.number = number;
    this.sink = sink;
  }

  /**
   * From now on this thread, and work that carries its log keys, logs here too, until this is
   * closed. The sink is called by several threads at once.
   */
  public static CallerLog open(Consumer<LogRecord> sink) {
    CallerLog log = new CallerLog(Long.toString(LAST.incrementAndGet()), sink);
    OPEN.put(log.number, log);
    MDC.put(KEY, log.number);
    return log;
  }

  /** Of the caller for whom this thread works, if he wants records of this level. */
  public static Optional<CallerLog> current(Level level) {
    // An error is the verb's, and comes once, as its result.
    if (level == Level.TRACE || level == Level.ERROR) {
      return Optional.empty();
    }
    @Nullable String number = MDC.get(KEY);
    return number == null ? Optional.empty() : Optional.ofNullable(OPEN.get(number));
  }

  /** Adds a record. */
  public void add(LogRecord record) {
    sink.accept(record);
  }

  /** What is logged from here on goes to nobody. */
  @Override
  public void close() {
    OPEN.remove(number);
    MDC.remove(KEY);
  }
}
