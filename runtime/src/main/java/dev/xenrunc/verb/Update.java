// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.container.Container;
import dev.xenrunc.container.ContainerException;
import dev.xenrunc.container.ContainerState;
import dev.xenrunc.container.EngineParts;
import dev.xenrunc.host.Poll;
import dev.xenrunc.monitor.CgroupLimits;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.xl.DomainInfo;
import dev.xenrunc.xl.Size;

/** Gives a container other limits: in its guest's cgroup, and as the size of its domain. */
public final class Update {
  /** What a guest's balloon driver may lack of a target that it has reached. */
  private static final long MEMORY_SLACK_KIB = 1024;

  private final Container container;
  private final EngineParts engine;

  /** An update of this container. */
  public Update(Container container) {
    this.container = container;
    this.engine = container.engine();
  }

  /** Merges these limits into the container's own. */
  public void run(ResourcesSpec change) {
    container.exclusively(() -> update(change));
  }

  private void update(ResourcesSpec change) {
    ContainerState state = container.state();
    boolean guestIsThere =
        switch (state.status()) {
          case RUNNING -> true;
          case CREATED -> state.prepared();
          case PAUSED ->
              throw new ContainerException.WrongStatus(
                  "cannot update a paused container: its guest cannot answer");
          case CREATING, STOPPED -> throw Container.notRunning();
        };
    ResourcesSpec after = ResourcesMerge.of(state.given().resources(), change);
    Size made = state.domain().size();
    if (made == null) {
      throw new ContainerException.Failed("the size of the container's domain is not known");
    }
    CgroupLimits.of(after);
    Size size = engine.planner().sizes().changed(made, state.given().resources(), after);
    try {
      apply(size.memoryKib() > made.memoryKib(), size, after, guestIsThere);
    } catch (RuntimeException e) {
      restore(made, state.given().resources(), guestIsThere, e);
      throw e;
    }
    container.update(last -> last.withResources(size, after));
  }

  /** To grow, the domain comes first, then the cgroup; to shrink, the cgroup comes first. */
  private void apply(boolean grows, Size size, ResourcesSpec resources, boolean guestIsThere) {
    if (guestIsThere && !grows) {
      limit(resources);
    }
    container.domain().resize(size, deadline());
    if (guestIsThere && grows) {
      awaitMemory(size);
      limit(resources);
    }
  }

  private void limit(ResourcesSpec resources) {
    if (CgroupLimits.of(resources).isEmpty()) {
      return;
    }
    container.liveMonitor().update(resources, deadline());
  }

  private void awaitMemory(Size size) {
    Deadline deadline = deadline();
    if (!Poll.until(() -> memoryKib(deadline) >= size.memoryKib() - MEMORY_SLACK_KIB, deadline)) {
      throw new ContainerException.Failed(
          "the guest did not come to "
              + size.memoryKib() / 1024
              + " MiB of memory in time: Xen may have too little that is free");
    }
  }

  private long memoryKib(Deadline deadline) {
    return container
        .domain()
        .info(deadline)
        .map(DomainInfo::memoryKib)
        .orElseThrow(Container::notRunning);
  }

  /** As runc (libcontainer, Container.Set): a failed update leaves what was. */
  private void restore(
      Size size, ResourcesSpec resources, boolean guestIsThere, RuntimeException e) {
    try {
      if (guestIsThere) {
        limit(resources);
      }
      container.domain().resize(size, deadline());
    } catch (RuntimeException restoring) {
      e.addSuppressed(restoring);
    }
  }

  private Deadline deadline() {
    return Deadline.after(engine.limits().request());
  }
}
