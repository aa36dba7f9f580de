// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerStatus;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.diagnosis.Cause;
import dev.xenrunc.monitor.AgentException;
import dev.xenrunc.monitor.CgroupFigures;
import dev.xenrunc.monitor.MonitorException;
import dev.xenrunc.time.Deadline;
import java.time.Duration;

/** One container as events sees it. */
public final class Events {
  private final Container container;
  private final EngineParts engine;
  private long oomKills;

  /** The container's events from now on. */
  public Events(Container container) {
    this.container = container;
    this.engine = container.engine();
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
    Deadline deadline = Deadline.after(engine.limits().request());
    try {
      CgroupFigures figures = container.liveMonitor().stats(deadline);
      return Statistics.of(figures, container.domain().info(deadline));
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
