// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.Domain;

/** Stops a container's virtual processors, and lets them go on. */
final class Pausing {
  private final Container container;
  private final Surroundings surroundings;

  Pausing(Container container, Surroundings surroundings) {
    this.container = container;
    this.surroundings = surroundings;
  }

  /** Pauses a created or running container. */
  void pause() {
    Stage before = container.state().stage();
    Stage after =
        switch (container.state().status()) {
          case CREATED -> Stage.CREATED_PAUSED;
          case RUNNING -> Stage.PAUSED;
          case CREATING, PAUSED, STOPPED -> throw Container.notRunning();
        };
    // First: a domain that is held must be known to be, or nobody would let it go on.
    container.update(state -> state.at(after));
    try {
      surroundings.toolstack().pause(domain(), deadline());
    } catch (RuntimeException e) {
      container.update(state -> state.stage() == after ? state.at(before) : state);
      throw e;
    }
  }

  /** Lets a paused container go on. */
  void resume() {
    if (container.state().status() != ContainerStatus.PAUSED) {
      throw new ContainerException.WrongStatus("container not paused");
    }
    surroundings.toolstack().unpause(domain(), deadline());
    ContainerState now =
        container.update(
            state ->
                switch (state.stage()) {
                  case CREATED_PAUSED -> state.at(Stage.CREATED);
                  case PAUSED -> state.at(Stage.RUNNING);
                  default -> state;
                });
    if (now.prepared()) {
      container.monitor().ifPresent(this::refresh);
    }
  }

  /** Its clock and its random pool are of another time. It is not waited for: it runs again. */
  private void refresh(Monitor monitor) {
    monitor.postRefresh(deadline());
  }

  private Domain domain() {
    return container.state().domain().orElseThrow(Container::notRunning);
  }

  private Deadline deadline() {
    return Deadline.after(surroundings.limits().request());
  }
}
