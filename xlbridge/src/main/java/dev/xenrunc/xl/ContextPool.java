// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.xl.ffi.CallFailedException;
import dev.xenrunc.xl.ffi.LibxlContext;
import dev.xenrunc.xl.ffi.LibxlLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * libxl contexts, each lent to one call at a time and with a log of its own, so that what a call
 * logged can be told from what others did. Loads libxl when the first is wanted.
 */
final class ContextPool implements AutoCloseable {
  private static final int MAX_IDLE = 4;
  private static final long MAX_LOG = 1024 * 1024;

  private final XenHost host;
  private final Deque<LibxlContext> idle = new ArrayDeque<>();
  private final BitSet logsInUse = new BitSet();
  private @Nullable LibxlLibrary library;
  private boolean closed;

  ContextPool(XenHost host) {
    this.host = host;
  }

  LibxlContext take() {
    int number;
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
      number = logsInUse.nextClearBit(1);
      logsInUse.set(number);
    }
    try {
      return open(log(number));
    } catch (ToolstackException | LinkageError e) {
      release(number);
      throw e;
    }
  }

  void giveBack(LibxlContext context) {
    synchronized (this) {
      if (!closed && idle.size() < MAX_IDLE) {
        idle.push(context);
        return;
      }
    }
    int number = numberOf(context.log());
    context.close();
    release(number);
  }

  /** Ends the idle contexts; those that are lent end when they are given back. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(LibxlContext::close);
    idle.clear();
  }

  private LibxlContext open(Path log) {
    prepare(log);
    LibxlLog mark = LibxlLog.mark(log);
    try {
      return library().open(log);
    } catch (CallFailedException e) {
      throw new LibxlException(e.call(), LibxlError.of(e.code()), mark.cause().orElse(""));
    }
  }

  private synchronized LibxlLibrary library() {
    LibxlLibrary loaded = library;
    if (loaded == null) {
      Path file = host.libxl();
      try {
        loaded = LibxlLibrary.load(file);
      } catch (UnsatisfiedLinkError e) {
        throw new HostException("cannot load " + file + ": " + Cause.words(e), e);
      }
      library = loaded;
    }
    return loaded;
  }

  private synchronized void release(int number) {
    logsInUse.clear(number);
  }

  private Path log(int number) {
    return host.logs().resolve("libxl-" + number + ".log");
  }

  private static int numberOf(Path log) {
    String name = log.getFileName().toString();
    return Integer.parseInt(name.substring("libxl-".length(), name.length() - ".log".length()));
  }

  private void prepare(Path log) {
    try {
      Files.createDirectories(host.logs());
      if (Files.exists(log) && Files.size(log) > MAX_LOG) {
        Files.delete(log);
      }
    } catch (IOException e) {
      throw new HostException("cannot log to " + log, e);
    }
  }
}
