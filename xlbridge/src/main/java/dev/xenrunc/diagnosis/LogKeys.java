// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.diagnosis;

import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Log keys (id, verb, …) where work changes its thread. By itself a new thread has for ever the
 * keys of whoever happened to make it.
 */
public final class LogKeys {
  private LogKeys() {}

  /** The same work, with the keys that this thread has now. */
  public static Runnable carried(Runnable work) {
    @Nullable Map<String, String> keys = MDC.getCopyOfContextMap();
    return () -> {
      MDC.setContextMap(keys == null ? Map.of() : keys);
      try {
        work.run();
      } finally {
        MDC.clear();
      }
    };
  }

  /** The same executor for work that logs with the keys of whoever gives it. */
  public static Executor carriedBy(Executor executor) {
    return work -> executor.execute(carried(work));
  }

  /** The same work, begun without keys: for a thread that serves more than its maker. */
  public static Runnable dropped(Runnable work) {
    return () -> {
      MDC.clear();
      work.run();
    };
  }
}
