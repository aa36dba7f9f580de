// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Looks at what xen-runc itself has installed. */
public final class InstallCheck {
  private static final String AGAIN =
      "install xen-runc again, or correct /etc/xen-runc/config.toml";

  private final HostTree host;
  private final Path libexec;

  /**
   * @param root where the host's files are
   * @param libexec where xen-runc's own programs are
   */
  public InstallCheck(Path root, Path libexec) {
    host = new HostTree(root);
    this.libexec = libexec;
  }

  /**
   * Everything.
   *
   * @param guestFiles what guests boot, by what config.toml calls it
   */
  public List<Finding> findings(Map<String, Path> guestFiles) {
    return List.of(guest(guestFiles), archive(), cgroups());
  }

  private Finding guest(Map<String, Path> files) {
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path path = host.at(file.getValue().toString());
      if (!Files.isRegularFile(path) || !Files.isReadable(path) || isEmpty(path)) {
        return Finding.wrong(
            "guest", file.getKey() + " " + file.getValue() + " cannot be read or is empty", AGAIN);
      }
    }
    return Finding.right("guest", "can be read: " + String.join(", ", files.keySet()));
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** A JVM maps the archive that it uses; it refuses another JVM's, or that of other jars. */
  private Finding archive() {
    String archive = libexec.resolve("engine.jsa").toString();
    if (host.text("/proc/self/maps").filter(maps -> maps.contains(archive)).isPresent()) {
      return Finding.right("class archive", archive + " is used");
    }
    return Finding.wrong(
        "class archive",
        archive + (host.has(archive) ? " is of other jars or another Java" : " is missing"),
        "run " + libexec.resolve("make-cds") + "; until then the engine only starts slower");
  }

  private Finding cgroups() {
    boolean unified = host.has("/sys/fs/cgroup/cgroup.controllers");
    return unified || host.has("/sys/fs/cgroup/memory") || host.has("/sys/fs/cgroup/unified")
        ? Finding.right("cgroups", unified ? "version 2" : "version 1 or both")
        : Finding.wrong(
            "cgroups", "none below /sys/fs/cgroup", "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
  }
}
