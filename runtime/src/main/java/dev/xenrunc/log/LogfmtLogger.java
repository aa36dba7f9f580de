// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.log;

import dev.xenrunc.diagnosis.CallerLog;
import dev.xenrunc.diagnosis.LogRecord;
import dev.xenrunc.diagnosis.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger whose lines go to one {@link LogSink}, and to the log of a caller who wants them. */
final class LogfmtLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  private final transient LogSink sink;

  LogfmtLogger(String name, LogSink sink) {
    this.name = name;
    this.sink = sink;
  }

  @Override
  public boolean isTraceEnabled() {
    return isWanted(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isWanted(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isWanted(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isWanted(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isWanted(Level.ERROR);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    String message = MessageFormatter.basicArrayFormat(pattern, arguments);
    if (sink.writes(level)) {
      sink.write(level, name, message, thrown);
    }
    CallerLog.current(level)
        .ifPresent(
            log ->
                log.add(
                    new LogRecord(
                        Instant.now(), level, message + LogSink.figures(), Place.here())));
  }

  private boolean isWanted(Level level) {
    return sink.writes(level) || CallerLog.current(level).isPresent();
  }
}
