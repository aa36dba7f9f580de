// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.util.List;

/**
 * How much of the host a domain may use. The maxima are fixed when it is made; the rest can be
 * changed within them.
 *
 * @param vcpus how many are online
 * @param memoryKib what it is to use; while it boots it has the maximum
 * @param weight its share of the processors under contention; Xen's default is 256
 * @param capPercent hundredths of one processor that it may use at most; 0 for no limit
 * @param processors the host's processors that it may run on, in rising order; empty for all
 */
public record Size(
    int vcpus,
    int vcpusMax,
    long memoryKib,
    long memoryMaxKib,
    int weight,
    int capPercent,
    List<Integer> processors) {
  public static final int DEFAULT_WEIGHT = 256;
  private static final int MAX_VCPUS = 128;
  private static final int MAX_PROCESSOR = 4095;
  private static final long MIN_MEMORY_KIB = 16 * 1024;
  private static final int MAX_WEIGHT = 65535;

  public Size {
    requireRange("vcpus", vcpus, 1, vcpusMax);
    requireRange("largest number of vcpus", vcpusMax, 1, MAX_VCPUS);
    requireRange("memory in KiB", memoryKib, MIN_MEMORY_KIB, memoryMaxKib);
    requireRange("weight", weight, 1, MAX_WEIGHT);
    requireRange("cap", capPercent, 0, vcpus * 100L);
    int last = -1;
    for (int processor : processors) {
      requireRange("processor", processor, last + 1L, MAX_PROCESSOR);
      last = processor;
    }
    processors = List.copyOf(processors);
  }

  private static void requireRange(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " out of range " + least + ".." + most + ": " + value);
    }
  }

  /** A size with Xen's usual share of the processors, no limit on them, and no room to grow. */
  public static Size of(int vcpus, long memoryKib) {
    return new Size(vcpus, vcpus, memoryKib, memoryKib, DEFAULT_WEIGHT, 0, List.of());
  }
}
