// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of a container (config-linux.md "Control groups"); absent ones are not limited. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResourcesSpec(
    Memory memory, Cpu cpu, Pids pids, Map<String, String> unified, List<DeviceRule> devices) {
  /** Nothing is limited. */
  public static final ResourcesSpec NONE =
      new ResourcesSpec(
          new Memory(null, null, null),
          new Cpu(null, null, null, null),
          new Pids(null),
          Map.of(),
          List.of());

  public ResourcesSpec {
    memory = memory == null ? new Memory(null, null, null) : memory;
    cpu = cpu == null ? new Cpu(null, null, null, null) : cpu;
    pids = pids == null ? new Pids(null) : pids;
    unified = unified == null ? Map.of() : Map.copyOf(unified);
    devices = Lists.copy(devices);
  }

  /** Bytes; -1 means no limit, 0 nothing said. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Memory(@Nullable Long limit, @Nullable Long reservation, @Nullable Long swap) {}

  /** Microseconds of quota a period, relative shares, and a list of host processors. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cpu(
      @Nullable Long shares, @Nullable Long quota, @Nullable Long period, @Nullable String cpus) {}

  /** What may be done with some devices, or with all; {@link DeviceRules} puts them together. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeviceRule(
      boolean allow, String type, @Nullable Long major, @Nullable Long minor, String access) {
    public DeviceRule {
      type = type == null ? "" : type;
      access = access == null ? "" : access;
    }
  }

  /** How many tasks; -1 means no limit, 0 nothing said. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pids(@Nullable Long limit) {}
}
