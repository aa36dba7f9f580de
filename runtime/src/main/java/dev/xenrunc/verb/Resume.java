// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.container.Stage;
import dev.xenrunc.monitor.Monitor;
import dev.xenrunc.time.Deadline;

/** Lets a paused container's virtual processors go on. */
public final class Resume {
  private final Container container;
  private final EngineParts engine;

  /** A resume of this container. */
  public Resume(Container container) {
    this.container = container;
    this.engine = container.engine();
  }

  /** Resumes a paused container. */
  public void run() {
    container.exclusively(this::resume);
  }

  private void resume() {
    if (container.state().status() != ContainerStatus.PAUSED) {
      throw new ContainerException.WrongStatus("container not paused");
    }
    container.domain().unpause(deadline());
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
    container.network().changed();
  }

  /** Its clock and its random pool are of another time. It is not waited for: it runs again. */
  private void refresh(Monitor monitor) {
    monitor.postRefresh(deadline());
  }

  private Deadline deadline() {
    return Deadline.after(engine.limits().request());
  }
}
