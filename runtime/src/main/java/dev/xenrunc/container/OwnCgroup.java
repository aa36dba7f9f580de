// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.host.Cgroup;
import dev.xenrunc.host.Poll;
import dev.xenrunc.host.ProcessIdentity;
import dev.xenrunc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's cgroup of one container: where the journal says, which outlives the monitor; of a
 * systemd scope, where the monitor was when this was made.
 *
 * @param sessionsAt the directories that its sessions are in
 * @param freezers the directories that may be frozen
 */
record OwnCgroup(Optional<ProcessIdentity> monitor, List<Path> sessionsAt, List<Path> freezers) {
  private static final Logger LOG = LoggerFactory.getLogger(OwnCgroup.class);
  private static final String MONITOR = "xenrunc-monitor";
  private static final String SESSION = "xenrunc-session";

  /** A session sees that its monitor is gone, and then exits as its process did. */
  private static final Duration EXIT_UNDER_WAY = Duration.ofMillis(500);

  static OwnCgroup of(ContainerState state) {
    String path = state.host().cgroup();
    if (path != null) {
      List<Path> directories = Cgroup.at(path);
      return new OwnCgroup(state.monitor(), directories, directories);
    }
    Optional<Long> pid = state.monitor().filter(ProcessIdentity::isAlive).map(ProcessIdentity::pid);
    return new OwnCgroup(
        state.monitor(),
        pid.map(Cgroup::unifiedOf).orElse(List.of()),
        pid.map(Cgroup::freezersOf).orElse(List.of()));
  }

  /** True if the process stands for one by exec. */
  static boolean isSession(long pid) {
    return isNamed(pid, SESSION);
  }

  private static boolean isNamed(long pid, String name) {
    return ProcessIdentity.nameOf(pid).filter(name::equals).isPresent();
  }

  void thaw() {
    Cgroup.thaw(freezers);
  }

  /**
   * Ends what is left of a container whose monitor is gone, as runc kills every process there: a
   * stopped session would hold mounts and the cgroup.
   */
  void clear(Deadline deadline) {
    if (isAnothers()) {
      return;
    }
    thaw();
    List<ProcessIdentity> sessions = sessions();
    if (Poll.until(() -> allEnded(sessions), deadline.atMost(EXIT_UNDER_WAY))) {
      return;
    }
    sessions.forEach(ProcessIdentity::kill);
    if (!Poll.until(() -> allEnded(sessions), deadline)) {
      LOG.warn("sessions do not end: {}", sessions);
    }
  }

  /** One that was free again may have been given to another container. */
  private boolean isAnothers() {
    return processes().stream()
        .filter(pid -> isNamed(pid, MONITOR))
        .anyMatch(pid -> monitor.isEmpty() || monitor.get().pid() != pid);
  }

  private List<ProcessIdentity> sessions() {
    return processes().stream()
        .filter(OwnCgroup::isSession)
        .flatMap(pid -> ProcessIdentity.of(pid).stream())
        .toList();
  }

  private List<Long> processes() {
    return sessionsAt.stream()
        .flatMap(directory -> Cgroup.processes(directory).stream())
        .distinct()
        .toList();
  }

  private static boolean allEnded(List<ProcessIdentity> processes) {
    return processes.stream().noneMatch(ProcessIdentity::isAlive);
  }
}
