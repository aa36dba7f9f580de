// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory and swap dom0 has. */
public record HostMemory(long ramKib, long swapKib) {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** What it has now. */
  public static HostMemory read() {
    try {
      List<String> lines = Files.readAllLines(MEMINFO);
      return new HostMemory(kib(lines, "MemTotal:"), kib(lines, "SwapTotal:"));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + MEMINFO, e);
    }
  }

  private static long kib(List<String> lines, String name) {
    return lines.stream()
        .map(line -> line.split("\\s+"))
        .filter(words -> words.length > 1 && words[0].equals(name))
        .mapToLong(words -> Long.parseLong(words[1]))
        .findFirst()
        .orElse(0);
  }
}
