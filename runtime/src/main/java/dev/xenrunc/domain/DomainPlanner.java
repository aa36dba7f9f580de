package dev.xenrunc.domain;

import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a spec to the domain that runs it. Nothing of the container but its size goes into the
 * domain: vifs are plugged in later, and everything else comes by message.
 */
public final class DomainPlanner {
  /** Below this label the toolstack finds the domains of this runtime. */
  public static final String LABEL_UUID = "uuid";

  static final String LABEL_ROOT = "root";
  static final String LABEL_ID = "id";
  static final String LABEL_VERSION = "version";
  static final String VERSION = "1";

  private static final long MIB = 1 << 20;
  private static final long PERIOD_DEFAULT = 100_000;
  private static final long SHARES_DEFAULT = 1024;
  private static final int WEIGHT_MAX = 65535;

  private final GuestSettings settings;
  private final HostFacts host;

  public DomainPlanner(GuestSettings settings, HostFacts host) {
    this.settings = settings;
    this.host = host;
  }

  /** The configuration of the spec's domain. */
  public DomainConfig plan(Spec spec, DomainIdentity identity) {
    return new DomainConfig(
        identity.name(),
        identity.uuid(),
        new BootPlanner(settings).plan(spec),
        size(spec),
        settings.tscMode(),
        Map.of(
            LABEL_UUID, identity.uuid().toString(),
            LABEL_ROOT, identity.root(),
            LABEL_ID, identity.id(),
            LABEL_VERSION, VERSION),
        List.of(),
        List.of());
  }

  private Size size(Spec spec) {
    ResourcesSpec resources = spec.linux().resources();
    SizeWishes wishes = SizeWishes.of(spec, settings.allowedAnnotations());
    int vcpus = wishes.vcpus().orElseGet(() -> vcpus(resources.cpu()));
    long memoryMib = wishes.memoryMib().orElseGet(() -> memoryMib(resources.memory()));
    return new Size(
        vcpus,
        Math.max(memoryMib, settings.memoryMinMib()) * 1024,
        weight(resources.cpu()),
        capPercent(resources.cpu(), vcpus));
  }

  /** The limit, rounded up; the guest's kernel lives on it too. */
  private long memoryMib(ResourcesSpec.Memory memory) {
    Long limit = memory.limit();
    if (limit == null || limit <= 0) {
      return settings.memoryMib();
    }
    return limit / MIB + (limit % MIB == 0 ? 0 : 1);
  }

  private int vcpus(ResourcesSpec.Cpu cpu) {
    long wanted = quotaPercent(cpu).map(percent -> (percent + 99) / 100).orElse(0L);
    return (int)
        (wanted == 0 ? settings.vcpus() : Math.min(Math.max(wanted, 1), host.processors()));
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
