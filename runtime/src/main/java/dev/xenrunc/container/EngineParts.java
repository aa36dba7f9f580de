// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.host.HostSysctls;
import dev.xenrunc.xl.Toolstack;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What every container needs of the engine.
 *
 * @param executor for what must not wait on its caller's thread
 * @param timer for bounded waits
 * @param runDirectory /run/xen-runc: sockets and the index
 * @param hotplug the script of every vif
 * @param seccomp profiles are applied
 * @param sysctls the host's, which guests follow
 */
public record EngineParts(
    Toolstack toolstack,
    DomainPlanner planner,
    Limits limits,
    ExecutorService executor,
    ScheduledExecutorService timer,
    Path runDirectory,
    Path hotplug,
    boolean seccomp,
    HostSysctls sysctls,
    CrashPoint.Armed crash,
    SweepSchedule sweeps) {
  /** Where a container's monitor listens. */
  public Path monitorSocket(ContainerKey key) {
    return runDirectory.resolve("m").resolve(key.hash());
  }

  public ContainerIndex index() {
    return new ContainerIndex(runDirectory.resolve("containers"));
  }
}
