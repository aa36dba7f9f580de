package dev.xenrunc.oci;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of a container; absent ones are not limited. */
public record ResourcesSpec(
    Memory memory, Cpu cpu, @Nullable Pids pids, Map<String, String> unified) {
  static final ResourcesSpec NONE =
      new ResourcesSpec(new Memory(null), new Cpu(null, null, null, null), null, Map.of());

  public ResourcesSpec {
    memory = memory == null ? new Memory(null) : memory;
    cpu = cpu == null ? new Cpu(null, null, null, null) : cpu;
    unified = unified == null ? Map.of() : Map.copyOf(unified);
  }

  /** Bytes; zero and below mean no limit. */
  public record Memory(@Nullable Long limit) {}

  /** Microseconds of quota a period, relative shares, and a list of host processors. */
  public record Cpu(
      @Nullable Long shares, @Nullable Long quota, @Nullable Long period, @Nullable String cpus) {}

  /** How many tasks; zero and below mean no limit. */
  public record Pids(@Nullable Long limit) {}
}
