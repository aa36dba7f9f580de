// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.oci.CgroupPlace;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.xl.Domain;
import dev.xenrunc.xl.Domid;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one container, state.json. Version 1; an engine reads its own version and the one
 * before.
 *
 * @param domid only a hint until it is compared with the uuid
 * @param cgroup the cgroupfs path to remove; absent if systemd removes the scope
 * @param exportModes st_mode of each export, by number
 * @param writableExports numbers of the exports of which something can be written; absent before
 *     that was asked
 * @param exportFlags MS_* that the host's mount of each export has, by number; absent if none has
 *     any, and before that was asked
 * @param size the domain's, as it was last asked for
 * @param resources the container's limits, as they were last set
 * @param links MAC of each link that the guest has a vif for; absent until the guest is prepared
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerState(
    int version,
    String id,
    String root,
    Stage stage,
    UUID uuid,
    @Nullable Integer domid,
    @Nullable Long monitorPid,
    @Nullable Long monitorStartTime,
    @Nullable String cgroup,
    List<Integer> exportModes,
    @Nullable List<Integer> writableExports,
    @Nullable List<Long> exportFlags,
    String ociVersion,
    String bundle,
    String rootfs,
    String created,
    Map<String, String> annotations,
    @Nullable Size size,
    ResourcesSpec resources,
    @Nullable List<String> links) {
  public static final int VERSION = 1;

  public ContainerState {
    exportModes = List.copyOf(exportModes);
    writableExports = writableExports == null ? null : List.copyOf(writableExports);
    exportFlags = exportFlags == null ? null : List.copyOf(exportFlags);
    annotations = Map.copyOf(annotations);
    resources = resources == null ? ResourcesSpec.NONE : resources;
    links = links == null ? null : List.copyOf(links);
  }

  public ContainerState at(Stage next) {
    return with(
        next, domid, monitorPid, monitorStartTime, cgroup, exports(), size, resources, links);
  }

  public ContainerState withDomain(Domain domain) {
    int number = domain.domid().value();
    return with(
        stage, number, monitorPid, monitorStartTime, cgroup, exports(), size, resources, links);
  }

  public ContainerState withMonitor(ProcessIdentity monitor, List<Launcher.ExportRoot> exports) {
    return with(
        stage, domid, monitor.pid(), monitor.startTime(), cgroup, exports, size, resources, links);
  }

  public ContainerState withCgroup(CgroupPlace place) {
    String path = place instanceof CgroupPlace.Path plain ? plain.path() : null;
    return with(
        stage, domid, monitorPid, monitorStartTime, path, exports(), size, resources, links);
  }

  public ContainerState withResources(Size nextSize, ResourcesSpec nextResources) {
    return with(
        stage,
        domid,
        monitorPid,
        monitorStartTime,
        cgroup,
        exports(),
        nextSize,
        nextResources,
        links);
  }

  /** The guest is ready for processes, and has vifs for the links with these MACs. */
  public ContainerState preparedWith(List<String> macs) {
    return with(
        stage, domid, monitorPid, monitorStartTime, cgroup, exports(), size, resources, macs);
  }

  /** True once the guest is ready for processes: at its start, or before it for an exec. */
  public boolean prepared() {
    // The engine before this one wrote no links.
    return links != null || stage == Stage.RUNNING || stage == Stage.PAUSED;
  }

  /** All that a container's life changes; who it is stays. */
  private ContainerState with(
      Stage nextStage,
      @Nullable Integer nextDomid,
      @Nullable Long nextPid,
      @Nullable Long nextStartTime,
      @Nullable String nextCgroup,
      List<Launcher.ExportRoot> nextExports,
      @Nullable Size nextSize,
      ResourcesSpec nextResources,
      @Nullable List<String> nextLinks) {
    return new ContainerState(
        version,
        id,
        root,
        nextStage,
        uuid,
        nextDomid,
        nextPid,
        nextStartTime,
        nextCgroup,
        nextExports.stream().map(Launcher.ExportRoot::mode).toList(),
        IntStream.range(0, nextExports.size())
            .filter(number -> !nextExports.get(number).readonly())
            .boxed()
            .toList(),
        flagsOf(nextExports),
        ociVersion,
        bundle,
        rootfs,
        created,
        annotations,
        nextSize,
        nextResources,
        nextLinks);
  }

  private static @Nullable List<Long> flagsOf(List<Launcher.ExportRoot> exports) {
    List<Long> flags = exports.stream().map(Launcher.ExportRoot::flags).toList();
    return flags.stream().allMatch(each -> each == 0) ? null : flags;
  }

  /** What each export turned out to be, by number. */
  public List<Launcher.ExportRoot> exports() {
    List<Integer> writable = writableExports;
    List<Long> flags = exportFlags;
    return IntStream.range(0, exportModes.size())
        .mapToObj(
            number ->
                new Launcher.ExportRoot(
                    exportModes.get(number),
                    writable == null || !writable.contains(number),
                    flags == null ? 0 : flags.get(number)))
        .toList();
  }

  /** The monitor, once it was forked. */
  public Optional<ProcessIdentity> monitor() {
    return monitorPid == null || monitorStartTime == null
        ? Optional.empty()
        : Optional.of(new ProcessIdentity(monitorPid, monitorStartTime));
  }

  /** The domain, once it was built; it may be gone by now. */
  public Optional<Domain> domain() {
    return Optional.ofNullable(domid).map(number -> new Domain(new Domid(number), uuid));
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
