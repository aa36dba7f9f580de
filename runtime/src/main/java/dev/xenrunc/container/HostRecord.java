// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xenrunc.host.Launcher;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.oci.CgroupPlace;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a container in dom0.
 *
 * @param pid the monitor's, absent until it is forked
 * @param cgroup the cgroupfs path to remove; absent if systemd removes the scope
 * @param exportModes st_mode of each export, by number
 * @param writableExports numbers of the exports that can be written in part; absent in the journals
 *     of engines that did not ask
 * @param exportFlags MS_* that the host's mount of each export has, by number; absent if none has
 *     any, and in the journals of engines that did not ask
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HostRecord(
    @JsonProperty("monitorPid") @Nullable Long pid,
    @JsonProperty("monitorStartTime") @Nullable Long startTime,
    @Nullable String cgroup,
    List<Integer> exportModes,
    @Nullable List<Integer> writableExports,
    @Nullable List<Long> exportFlags) {
  public HostRecord {
    exportModes = List.copyOf(exportModes);
    writableExports = writableExports == null ? null : List.copyOf(writableExports);
    exportFlags = exportFlags == null ? null : List.copyOf(exportFlags);
  }

  /** Before the monitor is forked. */
  static HostRecord in(CgroupPlace place) {
    String path = place instanceof CgroupPlace.Path plain ? plain.path() : null;
    return new HostRecord(null, null, path, List.of(), null, null);
  }

  HostRecord with(ProcessIdentity monitor, List<Launcher.ExportRoot> exports) {
    return new HostRecord(
        monitor.pid(),
        monitor.startTime(),
        cgroup,
        exports.stream().map(Launcher.ExportRoot::mode).toList(),
        IntStream.range(0, exports.size())
            .filter(number -> !exports.get(number).readonly())
            .boxed()
            .toList(),
        flagsOf(exports));
  }

  private static @Nullable List<Long> flagsOf(List<Launcher.ExportRoot> exports) {
    List<Long> flags = exports.stream().map(Launcher.ExportRoot::flags).toList();
    return flags.stream().allMatch(each -> each == 0) ? null : flags;
  }

  Optional<ProcessIdentity> monitor() {
    return pid == null || startTime == null
        ? Optional.empty()
        : Optional.of(new ProcessIdentity(pid, startTime));
  }

  List<Launcher.ExportRoot> exports() {
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
}
