// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Network namespaces, known by their inode. */
public final class NetNamespace {
  /** The engine's, and pid 1's where the kernel lets root look at it. */
  private static final List<Path> HOST =
      List.of(Path.of("/proc/self/ns/net"), Path.of("/proc/1/ns/net"));

  private NetNamespace() {}

  /** True if this is the host's own network namespace. */
  public static boolean isHost(long inode) {
    return HOST.stream().anyMatch(path -> inode(path) == inode);
  }

  /** True if the process is in this network namespace. */
  public static boolean isOf(long pid, long inode) {
    return inode(Path.of("/proc/" + pid + "/ns/net")) == inode;
  }

  private static long inode(Path path) {
    try {
      return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
    } catch (IOException e) {
      return 0;
    }
  }
}
