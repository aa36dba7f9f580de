// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Optional;

/** From a container's limits to the size of its domain, when it is made and when they change. */
public final class SizePlanner {
  private static final long MIB = 1 << 20;
  private static final long KIB = 1024;
  private static final long PERIOD_DEFAULT = 100_000;
  private static final long SHARES_DEFAULT = 1024;
  private static final int WEIGHT_MAX = 65535;
  private static final long MEMORY_MAX_MIB = 1 << 24;

  /** The guest kernel's map of its memory: 64 bytes a page of 4096. */
  private static final long MAP_SHARE = 64;

  private final GuestSettings settings;
  private final HostFacts host;

  SizePlanner(GuestSettings settings, HostFacts host) {
    this.settings = settings;
    this.host = host;
  }

  /** The size that a new container's domain is made with. */
  Size first(ResourcesSpec resources, SizeWishes wishes) {
    long memoryMib =
        wishes
            .memoryMib()
            .or(() -> limit(resources).map(this::withOverhead))
            .orElseGet(this::unlimited);
    memoryMib = Math.max(memoryMib, settings.memoryMinMib());
    int vcpus = wishes.vcpus().orElseGet(() -> Math.min(vcpus(resources.cpu()), host.processors()));
    return size(
        resources.cpu(),
        vcpus,
        Math.max(vcpus, settings.vcpusMax()),
        memoryMib * KIB,
        Math.max(memoryMib, settings.memoryMaxMib()) * KIB);
  }

  /**
   * The size for other limits, within what was fixed when the domain was made. What is not limited
   * otherwise than before stays as it is.
   */
  public Size changed(Size made, ResourcesSpec before, ResourcesSpec after) {
    boolean sameMemory = limit(after).equals(limit(before));
    return size(
        after.cpu(),
        sameProcessors(before.cpu(), after.cpu()) ? made.vcpus() : vcpusWithin(made, after.cpu()),
        made.vcpusMax(),
        sameMemory ? made.memoryKib() : memoryWithin(made, after),
        made.memoryMaxKib());
  }

  private static boolean sameProcessors(ResourcesSpec.Cpu before, ResourcesSpec.Cpu after) {
    return quotaPercent(after).equals(quotaPercent(before))
        && processors(after).equals(processors(before));
  }

  private long memoryWithin(Size made, ResourcesSpec resources) {
    Optional<Long> limit = limit(resources);
    if (limit.isEmpty()) {
      return made.memoryMaxKib();
    }
    long mapMib = roundUp(made.memoryMaxKib(), MAP_SHARE * KIB);
    long wantedMib = limit.get() + settings.memoryOverheadMib() + mapMib;
    long wanted = Math.max(wantedMib, settings.memoryMinMib()) * KIB;
    if (wantedMib * KIB <= made.memoryMaxKib()) {
      return Math.min(wanted, made.memoryMaxKib());
    }
    long possible = made.memoryMaxKib() / KIB - settings.memoryOverheadMib() - mapMib;
    throw new BundleException(
        "memory limit of "
            + limit.get()
            + " MiB is not possible: the container's domain was made with "
            + made.memoryMaxKib() / KIB
            + " MiB, which allow for at most "
            + Math.max(possible, 0)
            + " MiB (max_memory_mib in config.toml)");
  }

  private int vcpusWithin(Size made, ResourcesSpec.Cpu cpu) {
    int wanted = vcpus(cpu);
    if (wanted <= made.vcpusMax() || quotaPercent(cpu).isEmpty()) {
      return Math.min(wanted, made.vcpusMax());
    }
    throw new BundleException(
        "cpu limit needs "
            + wanted
            + " processors: the container's domain was made with "
            + made.vcpusMax()
            + ", so that at most "
            + made.vcpusMax()
            + ".00 cpus are possible (max_vcpus in config.toml)");
  }

  private Size size(
      ResourcesSpec.Cpu cpu, int vcpus, int vcpusMax, long memoryKib, long memoryMaxKib) {
    List<Integer> set = processors(cpu);
    return new Size(
        vcpus,
        vcpusMax,
        memoryKib,
        memoryMaxKib,
        weight(cpu),
        capPercent(cpu, vcpus),
        set.isEmpty() ? settings.processors() : set);
  }

  /** In whole mebibytes. */
  private static Optional<Long> limit(ResourcesSpec resources) {
    Long limit = resources.memory().limit();
    return limit == null || limit <= 0
        ? Optional.empty()
        : Optional.of(Math.min(roundUp(limit, MIB), MEMORY_MAX_MIB));
  }

  /** The kernel's map is that of all memory that it may ever have. */
  private long withOverhead(long limitMib) {
    long mapMib = roundUp(Math.max(limitMib, settings.memoryMaxMib()), MAP_SHARE);
    return limitMib + settings.memoryOverheadMib() + mapMib;
  }

  /** The configured size is without what a larger maximum costs. */
  private long unlimited() {
    long roomMib = Math.max(0, settings.memoryMaxMib() - settings.memoryMib());
    return settings.memoryMib() + roundUp(roomMib, MAP_SHARE);
  }

  private static long roundUp(long amount, long unit) {
    return amount / unit + (amount % unit == 0 ? 0 : 1);
  }

  /** The container's own set; empty if it has none. */
  private static List<Integer> processors(ResourcesSpec.Cpu cpu) {
    String list = cpu.cpus();
    if (list == null || list.isEmpty()) {
      return List.of();
    }
    return ProcessorList.parse(list)
        .orElseThrow(
            () -> new BundleException("cpuset.cpus \"" + list + "\" is no list of processors"));
  }

  /** As many as the quota needs, but no more than the set that they may run on. */
  private int vcpus(ResourcesSpec.Cpu cpu) {
    int set = processors(cpu).size();
    long quota = quotaPercent(cpu).map(percent -> roundUp(percent, 100)).orElse(0L);
    if (quota == 0) {
      return set == 0 ? settings.vcpus() : set;
    }
    long bounded = Math.min(quota, host.processors());
    return (int) (set == 0 ? bounded : Math.min(bounded, set));
  }

  private static int capPercent(ResourcesSpec.Cpu cpu, int vcpus) {
    long percent = quotaPercent(cpu).orElse(0L);
    return (int) (percent < vcpus * 100L ? percent : 0);
  }

  /** Hundredths of one processor, at least one. */
  private static Optional<Long> quotaPercent(ResourcesSpec.Cpu cpu) {
    Long quota = cpu.quota();
    if (quota == null || quota <= 0) {
      return Optional.empty();
    }
    Long period = cpu.period();
    long length = period == null || period <= 0 ? PERIOD_DEFAULT : period;
    double percent = 100.0 * quota / length;
    return Optional.of(Math.max(1L, (long) Math.ceil(Math.min(percent, Integer.MAX_VALUE))));
  }

  private static int weight(ResourcesSpec.Cpu cpu) {
    Long shares = cpu.shares();
    if (shares == null || shares <= 0) {
      return Size.DEFAULT_WEIGHT;
    }
    long bounded = Math.min(shares, WEIGHT_MAX * SHARES_DEFAULT);
    long weight = bounded * Size.DEFAULT_WEIGHT / SHARES_DEFAULT;
    return (int) Math.min(Math.max(weight, 1), WEIGHT_MAX);
  }
}
