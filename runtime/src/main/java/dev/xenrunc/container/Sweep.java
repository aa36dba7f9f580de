// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.host.ExitCode;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.DomainInfo;
import dev.xenrunc.xl.Toolstack;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Brings the host in line with the journals: takes running containers over from the engine before
 * this one, finishes what died half done, and destroys domains that nobody remembers.
 */
public final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final Containers containers;
  private final EngineParts engine;

  /** A sweep over these containers. */
  public Sweep(Containers containers) {
    this.containers = containers;
    this.engine = containers.engine();
  }

  /** Reconnects to the monitors that an earlier engine left. Comes first. */
  public void takeOver() {
    for (ContainerKey key : engine.index().all()) {
      each(key, this::takeOver);
    }
  }

  /** Does what {@link #tidy} does if there is reason to; a failure is logged, and tried again. */
  public void tidyIfDue() {
    try {
      if (engine.sweeps().isDue()) {
        tidy();
      }
    } catch (RuntimeException e) {
      putOff(e);
    }
  }

  /** Finishes what is half done, and reconnects to monitors that this engine has lost. */
  public void tidy() {
    for (ContainerKey key : engine.index().all()) {
      each(key, this::tidy);
    }
    destroyOrphans();
    engine.sweeps().done();
  }

  private interface Step {
    void take(Container container);
  }

  private void each(ContainerKey key, Step step) {
    MDC.put("id", key.id().value());
    try {
      step.take(containers.existing(key));
    } catch (ContainerException.NotFound | ContainerException.Busy e) {
      LOG.debug("left to the verb that is at work on it: {}", e.getMessage());
    } catch (RuntimeException e) {
      putOff(e);
    } finally {
      MDC.remove("id");
    }
  }

  private void takeOver(Container container) {
    if (!isLeft(container)) {
      return;
    }
    try {
      container.exclusively(Deadline.after(Duration.ZERO), () -> connect(container));
    } catch (ContainerException.Busy e) {
      // A verb of the engine that is leaving; when it has ended, a sweep does it.
      engine.sweeps().hasten();
      throw e;
    }
  }

  /** True if its monitor runs and this engine is not connected to it. */
  private static boolean isLeft(Container container) {
    return container.monitor().isEmpty()
        && container
            .directory()
            .read()
            .filter(state -> state.stage() != Stage.CREATING && state.stage() != Stage.DELETING)
            .filter(state -> state.status() != ContainerStatus.STOPPED)
            .isPresent();
  }

  private void connect(Container container) {
    if (!isLeft(container)) {
      return;
    }
    ContainerState state = container.state();
    if (state.stage() == Stage.STARTING) {
      // Nobody holds the lock: the engine died, and the caller has heard that start failed.
      container.stopMonitor(ExitCode.UNKNOWN, "the engine died while starting it");
      return;
    }
    LOG.info("taken over");
    container.attach(Deadline.after(engine.limits().stop()));
    if (state.domain().domain().isPresent()) {
      container.domain().watch();
    }
    // What has changed was told to the engine before this one, if there was one.
    container.network().changed();
  }

  private void tidy(Container container) {
    takeOver(container);
    Optional<ContainerState> journal = container.directory().read();
    boolean halfDone =
        journal
            .map(
                state ->
                    state.stage() == Stage.CREATING
                        || state.stage() == Stage.DELETING
                        || (state.status() == ContainerStatus.STOPPED
                            && (state.stage() != Stage.STOPPED || !container.domain().isGone())))
            .orElse(true);
    if (halfDone) {
      container.exclusively(Deadline.after(Duration.ZERO), () -> finish(container));
    }
  }

  private void finish(Container container) {
    Optional<ContainerState> journal = container.directory().read();
    Stage stage = journal.map(ContainerState::stage).orElse(Stage.DELETING);
    if (stage == Stage.CREATING || stage == Stage.DELETING) {
      LOG.info("removed: it was half {}", stage == Stage.CREATING ? "created" : "deleted");
      new Removal(container, new Timings()).run(Optional.empty());
      containers.forget(container);
    } else if (journal.map(ContainerState::status).orElseThrow() == ContainerStatus.STOPPED) {
      container.destroyDomain();
      container.update(last -> last.at(Stage.STOPPED));
    }
  }

  private void putOff(RuntimeException e) {
    LOG.warn("clean-up is put off: {}", Cause.words(e));
    engine.sweeps().hasten();
  }

  private void destroyOrphans() {
    Toolstack toolstack = engine.toolstack();
    Deadline deadline = Deadline.after(engine.limits().destroy());
    try {
      // Domains first: a create writes its journal before it builds.
      List<DomainInfo> domains = toolstack.list(deadline);
      Set<UUID> remembered = new HashSet<>();
      for (ContainerKey key : engine.index().all()) {
        new StateDirectory(key.directory())
            .read()
            .ifPresent(state -> remembered.add(state.domain().uuid()));
      }
      for (DomainInfo info : domains) {
        Domain domain = info.domain();
        if (!remembered.contains(domain.uuid()) && isOurs(domain, deadline)) {
          LOG.warn("domain {} belongs to no container: destroyed", domain);
          toolstack.destroy(domain, deadline);
        }
      }
    } catch (RuntimeException e) {
      putOff(e);
    }
  }

  private boolean isOurs(Domain domain, Deadline deadline) {
    return engine
        .toolstack()
        .label(domain, DomainPlanner.LABEL_UUID, deadline)
        .filter(uuid -> uuid.equals(domain.uuid().toString()))
        .isPresent();
  }
}
