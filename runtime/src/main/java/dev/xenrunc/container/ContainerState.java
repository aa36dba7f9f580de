// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.domain.DomainRecord;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.oci.CgroupPlace;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The journal of one container; {@link StateFile} has its form on disk.
 *
 * @param identity who it is
 * @param domain the domain that it owns and lives in
 * @param host what stands for it in dom0
 * @param given what it was created with
 */
public record ContainerState(
    Stage stage, Identity identity, DomainRecord domain, HostRecord host, Given given) {
  /** Who a container is. */
  public record Identity(String id, String root, String created) {}

  /**
   * What a container was created with.
   *
   * @param resources its limits, as they were last set
   */
  public record Given(
      String ociVersion,
      String bundle,
      String rootfs,
      Map<String, String> annotations,
      ResourcesSpec resources) {
    public Given {
      annotations = Map.copyOf(annotations);
      resources = resources == null ? ResourcesSpec.NONE : resources;
    }
  }

  /** A container whose create is under way. */
  public static ContainerState creating(
      Identity identity, DomainRecord domain, CgroupPlace cgroup, Given given) {
    return new ContainerState(Stage.CREATING, identity, domain, HostRecord.in(cgroup), given);
  }

  public ContainerState at(Stage next) {
    return new ContainerState(next, identity, domain, host, given);
  }

  ContainerState with(DomainRecord next) {
    return new ContainerState(stage, identity, next, host, given);
  }

  public ContainerState withMonitor(ProcessIdentity monitor, List<Launcher.ExportRoot> exports) {
    return new ContainerState(stage, identity, domain, host.with(monitor, exports), given);
  }

  /** The same with other limits, and the size of the domain that belongs to them. */
  public ContainerState withResources(Size size, ResourcesSpec resources) {
    Given next =
        new Given(
            given.ociVersion(), given.bundle(), given.rootfs(), given.annotations(), resources);
    return new ContainerState(stage, identity, domain.withSize(size), host, next);
  }

  /** The guest is ready for processes. */
  public ContainerState withPreparedGuest() {
    return with(domain.withPreparedGuest());
  }

  /** True once the guest is ready for processes: at its start, or before it for an exec. */
  public boolean prepared() {
    // An engine before this one did not write it.
    return domain.prepared() || stage == Stage.RUNNING || stage == Stage.PAUSED;
  }

  /** The root of each export, by number. */
  public List<Launcher.ExportRoot> exports() {
    return host.exports();
  }

  /** The monitor, once it was forked. */
  public Optional<ProcessIdentity> monitor() {
    return host.monitor();
  }

  /** What the caller is to be told: a container whose monitor is gone has stopped. */
  public ContainerStatus status() {
    boolean mayRun =
        switch (stage) {
          case CREATED, CREATED_PAUSED, STARTING, RUNNING, PAUSED -> true;
          case CREATING, STOPPED, DELETING -> false;
        };
    boolean runs = monitor().map(ProcessIdentity::isAlive).orElse(false);
    return mayRun && !runs ? ContainerStatus.STOPPED : stage.status();
  }
}
