// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.time.Deadline;

/** Stops a container's virtual processors. */
public final class Pause {
  private final Container container;
  private final EngineParts engine;

  /** A pause of this container. */
  public Pause(Container container) {
    this.container = container;
    this.engine = container.engine();
  }

  /** Pauses a created or running container. */
  public void run() {
    container.exclusively(this::pause);
  }

  private void pause() {
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
      container.domain().pause(deadline());
    } catch (RuntimeException e) {
      container.update(state -> state.stage() == after ? state.at(before) : state);
      throw e;
    }
  }

  private Deadline deadline() {
    return Deadline.after(engine.limits().request());
  }
}
