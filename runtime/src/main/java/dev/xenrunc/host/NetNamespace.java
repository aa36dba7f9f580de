package dev.xenrunc.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Network namespaces, known by their inode. */
public final class NetNamespace {
  private NetNamespace() {}

  /** The inode of the host's own network namespace: that of pid 1. */
  public static long hostInode() {
    try {
      Object inode = Files.getAttribute(Path.of("/proc/1/ns/net"), "unix:ino");
      return ((Number) inode).longValue();
    } catch (IOException e) {
      throw new UncheckedIOException("read the host's network namespace", e);
    }
  }
}
