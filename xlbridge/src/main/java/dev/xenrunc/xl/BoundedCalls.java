// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import dev.xenrunc.diagnosis.LogKeys;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.ffi.CallFailedException;
import dev.xenrunc.xl.ffi.LibxlContext;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs libxl calls, each on a thread and with a context of its own, and stops waiting for them at
 * the deadline. A call that hangs keeps both until it returns. Only so many run at once; further
 * ones wait, in the order in which they came.
 */
final class BoundedCalls implements AutoCloseable {
  private static final int CALLS_MAX = 64;
  private static final int IDLE_SECONDS = 60;

  /** The domain builder has arrays on its stack; the JVM's own threads may be made small. */
  private static final long STACK = 1024 * 1024;

  private final ContextPool contexts;
  private final Semaphore running = new Semaphore(CALLS_MAX, true);
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          // A thread that has given its permit back may not be idle yet.
          Integer.MAX_VALUE,
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
      if (!running.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new HostException(
            what + ": " + CALLS_MAX + " libxl calls are under way, and none has ended in time");
      }
      return submit(call).get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DeadlineExceededException(what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException(what + ": interrupted", e);
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  private <T> Future<T> submit(Call<T> call) {
    try {
      FutureTask<T> task =
          new FutureTask<>(
              () -> {
                try {
                  return runNow(call);
                } finally {
                  running.release();
                }
              });
      threads.execute(LogKeys.carried(task));
      return task;
    } catch (RuntimeException | Error e) {
      running.release();
      throw e;
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
      throw new LibxlException(e.call(), LibxlError.of(e.code()), log.cause().orElse(""));
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
