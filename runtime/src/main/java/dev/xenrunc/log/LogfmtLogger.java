package dev.xenrunc.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger whose lines go to one {@link LogSink}. */
final class LogfmtLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  private final transient LogSink sink;

  LogfmtLogger(String name, LogSink sink) {
    this.name = name;
    this.sink = sink;
  }

  @Override
  public boolean isTraceEnabled() {
    return sink.writes(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return sink.writes(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return sink.writes(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return sink.writes(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return sink.writes(Level.ERROR);
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
    sink.write(level, name, message, thrown);
  }
}
