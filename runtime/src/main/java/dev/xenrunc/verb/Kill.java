// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.host.Errno;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.host.Signal;
import dev.xenrunc.monitor.AgentException;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a signal to a container's processes; SIGKILL works even if the guest does not. */
public final class Kill {
  private static final Logger LOG = LoggerFactory.getLogger(Kill.class);

  private final Container container;
  private final EngineParts engine;

  /** A kill of this container. */
  public Kill(Container container) {
    this.container = container;
    this.engine = container.engine();
  }

  /** Sends the signal to the main process, or to all. */
  public void run(Signal signal, boolean all) {
    ContainerState state = container.state();
    switch (state.status()) {
      case CREATING, STOPPED -> {
        if (!all) {
          throw Container.notRunning();
        }
      }
      case CREATED -> killCreated(signal);
      case RUNNING -> killRunning(signal, all);
      case PAUSED -> killPaused(state.stage(), signal, all);
    }
    engine.crash().reach(CrashPoint.KILL_SENT);
  }

  /** There is no process yet: what would have ended it ends the container. */
  private void killCreated(Signal signal) {
    if (!signal.terminates()) {
      return;
    }
    container.stopMonitor(ExitCode.of(signal), "killed before it was started");
    container.destroyDomain();
    container.update(state -> state.at(Stage.STOPPED));
  }

  /** SIGKILL works at once, as with runc; every other signal when the container goes on. */
  private void killPaused(Stage stage, Signal signal, boolean all) {
    if (stage == Stage.CREATED_PAUSED) {
      killCreated(signal);
    } else if (signal.isKill()) {
      new Resume(container).run();
      killRunning(signal, all);
    } else {
      container.liveMonitor().postSignal(signal, all, Deadline.after(engine.limits().kill()));
    }
  }

  private void killRunning(Signal signal, boolean all) {
    Duration limit = engine.limits().kill();
    if (signal.isKill()) {
      // Set before the guest is asked: it may not answer.
      CompletableFuture.delayedExecutor(
              limit.toMillis(), TimeUnit.MILLISECONDS, engine.threads().executor())
          .execute(this::destroyUnlessExited);
    }
    try {
      container.liveMonitor().signal(signal, all, Deadline.after(limit));
    } catch (AgentException e) {
      if (e.errno() == Errno.ESRCH.number()) {
        throw Container.notRunning();
      }
      throw e;
    } catch (MonitorException e) {
      if (!signal.isKill()) {
        throw e;
      }
      LOG.info("{}", e.getMessage());
    }
  }

  private void destroyUnlessExited() {
    try {
      // Once its domain is gone, another container may have its id.
      if (container.domain().isGone()
          || container.ending().hasExited()
          || container.state().status() != ContainerStatus.RUNNING) {
        return;
      }
      LOG.warn("killed, but still there: its domain is destroyed");
      container.stopMonitor(ExitCode.KILLED, "killed");
      container.destroyDomain();
    } catch (ContainerException.NotFound e) {
      LOG.debug("it was deleted meanwhile");
    } catch (RuntimeException e) {
      LOG.warn("destroy a killed container: {}", Cause.words(e));
      engine.sweeps().hasten();
    }
  }
}
