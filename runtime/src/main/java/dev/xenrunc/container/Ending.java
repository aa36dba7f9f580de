// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.ShutdownReason;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What follows when a container's main process, guest, domain or monitor ends by itself. Told on
 * threads that must not wait, it works on the engine's.
 */
public final class Ending implements Monitor.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** A domain that powers off has sent EXITED before, but the monitor may still be reading it. */
  private static final Duration EXITED_UNDER_WAY = Duration.ofSeconds(2);

  private final Container container;
  private final EngineParts engine;
  private volatile boolean exited;
  private volatile boolean monitorGone;
  private volatile Optional<String> reason = Optional.empty();

  Ending(Container container, EngineParts engine) {
    this.container = container;
    this.engine = engine;
  }

  /** This engine connects to the monitor, maybe again. */
  void connecting() {
    monitorGone = false;
  }

  /** True when the guest has said that the main process is gone. */
  public boolean hasExited() {
    return exited;
  }

  /** Why the guest ended, if it did so without being asked. */
  public Optional<String> reason() {
    return reason;
  }

  @Override
  public void exited(int code) {
    exited = true;
    later(
        () -> {
          LOG.info("main process exited with {}", code);
          engine.crash().reach(CrashPoint.EXIT_SEEN);
          // The guest has unmounted everything before EXITED: nothing of it is needed any more.
          container.destroyDomain();
        });
  }

  @Override
  public void oom(long kills) {
    container.oomKills().told(kills);
  }

  @Override
  public void networkChanged() {
    container.network().changed();
  }

  @Override
  public void lost(String text) {
    later(() -> abandon("the monitor lost the guest: " + text.replaceAll("\\p{Cntrl}", "?")));
  }

  /** The domain has ended. */
  void died(ShutdownReason why) {
    later(
        () -> {
          Poll.until(() -> exited || monitorGone, Deadline.after(EXITED_UNDER_WAY));
          if (!exited && !monitorGone) {
            abandon("the guest ended unasked: " + why.name().toLowerCase(Locale.ROOT));
          }
        });
  }

  private void abandon(String why) {
    if (exited) {
      return;
    }
    reason = reason.or(() -> Optional.of(why));
    LOG.warn("{}", why);
    container.monitor().ifPresent(monitor -> monitor.stop(ExitCode.UNKNOWN, why));
    container.destroyDomain();
  }

  @Override
  public void gone() {
    monitorGone = true;
    later(this::monitorEnded);
  }

  private void monitorEnded() {
    if (!container.directory().exists()) {
      return;
    }
    ContainerState state = container.state();
    Optional<ProcessIdentity> process = state.monitor();
    Deadline deadline = Deadline.after(engine.limits().stop());
    if (process.isPresent() && !Poll.until(() -> !process.get().isAlive(), deadline)) {
      // It serves another engine, or it has ended the connection for what its guest did.
      LOG.info("the monitor lives without this engine");
      container.detach();
      engine.sweeps().hasten();
      return;
    }
    container.detach();
    if (state.stage() == Stage.CREATING || state.stage() == Stage.DELETING) {
      return;
    }
    LOG.info("stopped");
    container.update(last -> last.at(Stage.STOPPED));
    container.destroyDomain();
  }

  private void later(Runnable work) {
    engine
        .threads()
        .executor()
        .execute(
            () -> {
              MDC.put("id", container.key().id().value());
              try {
                work.run();
              } catch (ContainerException.NotFound e) {
                LOG.debug("it was deleted meanwhile");
              } catch (RuntimeException e) {
                LOG.warn("clean-up is put off: {}", Cause.words(e));
                engine.sweeps().hasten();
              } finally {
                MDC.clear();
              }
            });
  }
}
