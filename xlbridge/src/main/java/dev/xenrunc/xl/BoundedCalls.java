package dev.xenrunc.xl;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.ffi.CallFailedException;
import dev.xenrunc.xl.ffi.LibxlContext;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs libxl calls, each on a thread and with a context of its own, and stops waiting for them at
 * the deadline. A call that hangs keeps both until it returns.
 */
final class BoundedCalls implements AutoCloseable {
  private static final int MAX_THREADS = 64;
  private static final int IDLE_SECONDS = 60;

  /** The domain builder has arrays on its stack; the JVM's own threads may be made small. */
  private static final long STACK = 1024 * 1024;

  private final ContextPool contexts;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAX_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          BoundedCalls::thread);

  BoundedCalls(ContextPool contexts) {
    this.contexts = contexts;
  }

  /** One or more libxl calls. */
  @FunctionalInterface
  interface Call<T> {
    T run(LibxlContext context) throws CallFailedException;
  }

  /** Calls and returns what the call returned; {@code what} names it if it does not return. */
  <T> T run(String what, Deadline deadline, Call<T> call) {
    try {
      Future<T> result = threads.submit(() -> runNow(call));
      return result.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw new HostException(what + ": too many libxl calls hang", e);
    } catch (TimeoutException e) {
      throw new DeadlineExceededException(what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException(what + ": interrupted", e);
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  private static RuntimeException unwrap(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException cause) {
      return cause;
    }
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }

  private <T> T runNow(Call<T> call) {
    LibxlContext context = contexts.take();
    LibxlLog log = LibxlLog.mark(context.log());
    try {
      return call.run(context);
    } catch (CallFailedException e) {
      throw new LibxlException(e.call(), LibxlError.of(e.code()), log.firstError().orElse(""));
    } finally {
      contexts.giveBack(context);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "libxl", STACK);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    threads.shutdown();
    contexts.close();
  }
}
