// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.log;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Finds loggers for SLF4J. The system properties {@code xen-runc.log} (a file; stderr if absent)
 * and {@code xen-runc.log.level} (info if absent) say where to and how much.
 */
public final class LogProvider implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter keys = new BasicMDCAdapter();
  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
  private LogSink sink = new LogSink(System.err, Level.INFO);

  @Override
  public void initialize() {
    String file = System.getProperty("xen-runc.log");
    String level = System.getProperty("xen-runc.log.level", "info");
    sink =
        LogSink.to(
            file == null ? null : Path.of(file), Level.valueOf(level.toUpperCase(Locale.ROOT)));
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, unused -> new LogfmtLogger(name, sink));
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return keys;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
