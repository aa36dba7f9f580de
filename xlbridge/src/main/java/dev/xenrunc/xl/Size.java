package dev.xenrunc.xl;

/**
 * How much of the host a domain may use.
 *
 * @param weight its share of the processors under contention; Xen's default is 256
 * @param capPercent hundredths of one processor that it may use at most; 0 for no limit
 */
public record Size(int vcpus, long memoryKib, int weight, int capPercent) {
  public static final int DEFAULT_WEIGHT = 256;
  private static final int MAX_VCPUS = 128;
  private static final long MIN_MEMORY_KIB = 16 * 1024;
  private static final int MAX_WEIGHT = 65535;

  public Size {
    if (vcpus < 1 || vcpus > MAX_VCPUS) {
      throw new IllegalArgumentException("vcpus out of range 1.." + MAX_VCPUS + ": " + vcpus);
    }
    if (memoryKib < MIN_MEMORY_KIB) {
      throw new IllegalArgumentException(
          "memory below " + MIN_MEMORY_KIB + " KiB: " + memoryKib + " KiB");
    }
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight out of range 1.." + MAX_WEIGHT + ": " + weight);
    }
    if (capPercent < 0 || capPercent > vcpus * 100) {
      throw new IllegalArgumentException("cap out of range 0.." + vcpus * 100 + ": " + capPercent);
    }
  }

  /** A size with Xen's usual share of the processors and no limit on them. */
  public static Size of(int vcpus, long memoryKib) {
    return new Size(vcpus, memoryKib, DEFAULT_WEIGHT, 0);
  }
}
