// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
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
final class Killing {
  private static final Logger LOG = LoggerFactory.getLogger(Killing.class);
  private static final int ESRCH = 3;

  private final Container container;
  private final Surroundings surroundings;

  Killing(Container container, Surroundings surroundings) {
    this.container = container;
    this.surroundings = surroundings;
  }

  void run(Signal signal, boolean all) {
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
    surroundings.crash().reach(CrashPoint.KILL_SENT);
  }

  /** There is no process yet: what would have ended it ends the container. */
  private void killCreated(Signal signal) {
    if (!signal.terminates()) {
      return;
    }
    container.stopMonitor(128 + signal.number(), "killed before it was started");
    container.destroyDomain(Deadline.after(surroundings.limits().destroy()));
    container.update(state -> state.at(Stage.STOPPED));
  }

  /** SIGKILL works at once, as with runc; every other signal when the container goes on. */
  private void killPaused(Stage stage, Signal signal, boolean all) {
    if (stage == Stage.CREATED_PAUSED) {
      killCreated(signal);
    } else if (signal.isKill()) {
      container.exclusively(
          Deadline.after(surroundings.limits().busy()),
          () -> new Pausing(container, surroundings).resume());
      killRunning(signal, all);
    } else {
      container.liveMonitor().postSignal(signal, all, Deadline.after(surroundings.limits().kill()));
    }
  }

  private void killRunning(Signal signal, boolean all) {
    Duration limit = surroundings.limits().kill();
    if (signal.isKill()) {
      // Set before the guest is asked: it may not answer.
      CompletableFuture.delayedExecutor(
              limit.toMillis(), TimeUnit.MILLISECONDS, surroundings.executor())
          .execute(this::destroyUnlessExited);
    }
    try {
      container.liveMonitor().signal(signal, all, Deadline.after(limit));
    } catch (AgentException e) {
      if (e.errno() == ESRCH) {
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
      if (container.domainGone()
          || container.ending().hasExited()
          || container.state().status() != ContainerStatus.RUNNING) {
        return;
      }
      LOG.warn("killed, but still there: its domain is destroyed");
      container.stopMonitor(128 + Signal.KILL.number(), "killed");
      container.destroyDomain(Deadline.after(surroundings.limits().destroy()));
    } catch (ContainerException.NotFound e) {
      LOG.debug("it was deleted meanwhile");
    } catch (RuntimeException e) {
      LOG.warn("destroy a killed container: {}", Cause.words(e));
      surroundings.disorder().report();
    }
  }
}
