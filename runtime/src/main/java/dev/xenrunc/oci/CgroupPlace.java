// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import org.jspecify.annotations.Nullable;

/** Where the monitor's cgroup is: the two spellings of linux.cgroupsPath. */
public sealed interface CgroupPlace {
  /** A path below each hierarchy's mount point. */
  record Path(String path) implements CgroupPlace {}

  /** A systemd scope and the slice that holds it. */
  record Scope(String unit, String slice) implements CgroupPlace {}

  /**
   * Reads cgroupsPath as runc does (libcontainer/specconv, createCgroupConfig).
   *
   * @param systemd the caller's --systemd-cgroup
   * @param id the name if the spec gives none
   */
  static CgroupPlace of(@Nullable String cgroupsPath, boolean systemd, String id) {
    String given = cgroupsPath == null ? "" : cgroupsPath;
    if (systemd) {
      return scope(given, id);
    }
    if (given.isEmpty()) {
      return new Path("/" + id);
    }
    String absolute = given.startsWith("/") ? given : "/" + given;
    String path = java.nio.file.Path.of(absolute).normalize().toString();
    if (path.equals("/")) {
      throw new BundleException("cgroupsPath \"" + given + "\" is the root of the hierarchy");
    }
    return new Path(path);
  }

  private static Scope scope(String given, String id) {
    if (given.isEmpty()) {
      return new Scope("runc-" + id + ".scope", "system.slice");
    }
    String[] parts = given.split(":", -1);
    if (parts.length != 3) {
      throw new BundleException(
          "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \""
              + given
              + "\" instead");
    }
    String slice = parts[0].isEmpty() ? "system.slice" : parts[0];
    if (!slice.endsWith(".slice") || parts[2].isEmpty() || given.indexOf('/') >= 0) {
      throw new BundleException("cgroupsPath \"" + given + "\" names no systemd scope in a slice");
    }
    String name = parts[1].isEmpty() ? parts[2] : parts[1] + "-" + parts[2];
    return new Scope(parts[2].endsWith(".slice") ? parts[2] : name + ".scope", slice);
  }
}
