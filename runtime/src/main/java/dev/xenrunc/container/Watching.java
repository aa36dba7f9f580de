// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.monitor.AgentException;
import dev.xenrunc.monitor.CgroupFigures;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.time.Deadline;
import java.time.Duration;

/** One container as events sees it. */
public final class Watching {
  private final Container container;
  private final Surroundings surroundings;
  private long oomKills;

  Watching(Container container, Surroundings surroundings) {
    this.container = container;
    this.surroundings = surroundings;
    this.oomKills = container.oomKills().count();
  }

  /** True until it has ended, or is gone altogether. */
  public boolean lives() {
    try {
      return container.state().status() != ContainerStatus.STOPPED;
    } catch (ContainerException.NotFound e) {
      return false;
    }
  }

  /** True if its guest can give figures now: not before start, and not while it is paused. */
  public boolean hasFigures() {
    return container.state().status() == ContainerStatus.RUNNING;
  }

  /** Its figures in runc's shape. */
  public ObjectNode statistics() {
    Deadline deadline = Deadline.after(surroundings.limits().request());
    try {
      CgroupFigures figures = container.liveMonitor().stats(deadline);
      return Statistics.of(
          figures,
          container.state().domain().flatMap(it -> surroundings.toolstack().info(it, deadline)));
    } catch (MonitorException | AgentException e) {
      throw new ContainerException.Failed("read the container's figures: " + Cause.words(e), e);
    }
  }

  /** Waits until its OOM killer has ended something since this was last asked; false if not yet. */
  public boolean awaitOom(Duration limit) {
    long now = container.oomKills().awaitMore(oomKills, limit);
    boolean grown = now > oomKills;
    oomKills = now;
    return grown;
  }
}
