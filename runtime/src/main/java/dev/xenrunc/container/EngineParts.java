// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.domain.DomainPlanner;
import dev.xenrunc.host.HostSysctls;
import dev.xenrunc.xl.Toolstack;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** What every container needs of the engine. */
public record EngineParts(
    Toolstack toolstack,
    DomainPlanner planner,
    Settings settings,
    Places places,
    Threads threads,
    SweepSchedule sweeps,
    Departure departure) {
  /**
   * What config.toml says.
   *
   * @param seccomp profiles are applied
   */
  public record Settings(Limits limits, boolean seccomp, CrashPoint.Armed crash) {}

  /**
   * What it uses on the host.
   *
   * @param runDirectory /run/xen-runc: sockets and the index
   * @param hotplug the script of every vif
   * @param sysctls the host's, which guests follow
   */
  public record Places(Path runDirectory, Path hotplug, HostSysctls sysctls) {}

  /**
   * Who does what must not wait.
   *
   * @param executor for work that its caller's thread must not wait for
   * @param timer for bounded waits
   */
  public record Threads(ExecutorService executor, ScheduledExecutorService timer) {}

  public Limits limits() {
    return settings.limits();
  }

  /** The death of the engine that is armed for a test. */
  public CrashPoint.Armed crash() {
    return settings.crash();
  }

  /** Where a container's monitor listens. */
  public Path monitorSocket(ContainerKey key) {
    return places.runDirectory().resolve("m").resolve(key.hash());
  }

  public ContainerIndex index() {
    return new ContainerIndex(places.runDirectory().resolve("containers"));
  }
}
