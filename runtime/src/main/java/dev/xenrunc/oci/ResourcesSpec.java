package dev.xenrunc.oci;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of a container; absent ones are not limited. */
public record ResourcesSpec(
    Memory memory,
    Cpu cpu,
    @Nullable Pids pids,
    Map<String, String> unified,
    List<DeviceRule> devices) {
  static final ResourcesSpec NONE =
      new ResourcesSpec(
          new Memory(null), new Cpu(null, null, null, null), null, Map.of(), List.of());

  public ResourcesSpec {
    memory = memory == null ? new Memory(null) : memory;
    cpu = cpu == null ? new Cpu(null, null, null, null) : cpu;
    unified = unified == null ? Map.of() : Map.copyOf(unified);
    devices = Lists.copy(devices);
  }

  /** Bytes; zero and below mean no limit. */
  public record Memory(@Nullable Long limit) {}

  /** Microseconds of quota a period, relative shares, and a list of host processors. */
  public record Cpu(
      @Nullable Long shares, @Nullable Long quota, @Nullable Long period, @Nullable String cpus) {}

  /** What may be done with some devices, or with all; {@link DeviceRules} puts them together. */
  public record DeviceRule(
      boolean allow, String type, @Nullable Long major, @Nullable Long minor, String access) {
    public DeviceRule {
      type = type == null ? "" : type;
      access = access == null ? "" : access;
    }
  }

  /** How many tasks; zero and below mean no limit. */
  public record Pids(@Nullable Long limit) {}
}
