// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerKey;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.Containers;
import dev.xenrunc.container.Removal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes a container: one that does not run, or any by force. */
public final class Delete {
  private static final Logger LOG = LoggerFactory.getLogger(Delete.class);

  private final Containers containers;
  private final ContainerKey key;
  private final Caller caller;

  /** A delete of the container with this key. */
  public Delete(Containers containers, ContainerKey key, Caller caller) {
    this.containers = containers;
    this.key = key;
    this.caller = caller;
  }

  /** Deletes a container that is created or has stopped. */
  public void run() {
    Container container = containers.existing(key);
    remove(
        container,
        () -> {
          ContainerStatus status = container.state().status();
          if (status != ContainerStatus.CREATED && status != ContainerStatus.STOPPED) {
            throw new ContainerException.WrongStatus(
                "cannot delete container " + key.id() + " that is not stopped: " + status.word());
          }
        });
  }

  /** Deletes a container whatever its status; one that does not exist is no failure. */
  public void force() {
    Container container;
    try {
      container = containers.existing(key);
    } catch (ContainerException.NotFound e) {
      containers.forget(key);
      return;
    }
    try {
      remove(container, () -> {});
    } catch (ContainerException.NotFound e) {
      LOG.debug("it was deleted meanwhile");
    }
  }

  private void remove(Container container, Runnable check) {
    try {
      container.exclusively(
          () -> {
            check.run();
            new Removal(container, caller.timings()).run(Optional.of(caller.launcher()));
          });
    } finally {
      if (!container.directory().exists()) {
        containers.forget(container);
      }
    }
  }
}
