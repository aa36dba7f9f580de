// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A container's limits as files of its guest's cgroup v2, converted as runc does
 * (libcontainer/cgroups/fs2 and cgroups/utils.go).
 */
public final class CgroupLimits {
  private static final long PERIOD_DEFAULT = 100_000;
  private static final long SHARES_LEAST = 2;
  private static final long SHARES_RANGE = 262_142;
  private static final long WEIGHT_RANGE = 9_999;
  private static final String NO_LIMIT = "max";

  private final Map<String, String> files = new LinkedHashMap<>();

  private CgroupLimits() {}

  /** File names and what is written to them, in the order in which they are to be written. */
  public static Map<String, String> of(ResourcesSpec resources) {
    CgroupLimits limits = new CgroupLimits();
    limits.memory(resources.memory());
    limits.cpu(resources.cpu());
    limits.put("pids.max", number(resources.pids().limit()));
    new TreeMap<>(resources.unified()).forEach(limits::unified);
    return limits.files;
  }

  /** Adds them to a request. */
  static void put(ResourcesSpec resources, FieldWriter request) {
    of(resources)
        .forEach(
            (name, value) ->
                request.put(
                    FieldTag.CGROUP_LIMIT,
                    new FieldWriter().put(FieldTag.NAME, name).put(FieldTag.VALUE, value)));
  }

  private void memory(ResourcesSpec.Memory memory) {
    put("memory.swap.max", swap(memory));
    put("memory.max", number(memory.limit()));
    put("memory.low", number(memory.reservation()));
  }

  /** runc's swap is memory and swap together, cgroup v2's is swap alone. */
  private static String swap(ResourcesSpec.Memory memory) {
    long limit = orZero(memory.limit());
    long both = orZero(memory.swap());
    if (limit == -1 && both == 0) {
      return NO_LIMIT;
    }
    if (both == -1 || both == 0) {
      return number(both);
    }
    if (limit == 0 || limit == -1) {
      throw new BundleException("unable to set swap limit without memory limit");
    }
    if (limit < 0) {
      throw new BundleException("invalid memory value: " + limit);
    }
    if (both < limit) {
      throw new BundleException("memory+swap limit should be >= memory limit");
    }
    return Long.toString(both - limit);
  }

  private void cpu(ResourcesSpec.Cpu cpu) {
    long shares = orZero(cpu.shares());
    if (shares != 0) {
      long bounded = Math.min(Math.max(shares, SHARES_LEAST), SHARES_LEAST + SHARES_RANGE);
      put("cpu.weight", Long.toString(1 + (bounded - SHARES_LEAST) * WEIGHT_RANGE / SHARES_RANGE));
    }
    long quota = orZero(cpu.quota());
    long period = orZero(cpu.period());
    if (quota != 0 || period != 0) {
      put(
          "cpu.max",
          (quota > 0 ? Long.toString(quota) : NO_LIMIT)
              + " "
              + (period == 0 ? PERIOD_DEFAULT : period));
    }
  }

  private void unified(String name, String value) {
    if (name.contains("/")) {
      throw new BundleException(
          "unified resource \"" + name + "\" must be a file name (no slashes)");
    }
    if (name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
      throw new BundleException("unified resource \"" + name.replace("\0", "?") + "\" holds a NUL");
    }
    put(name, value);
  }

  /** Empty if nothing is said. */
  private static String number(@Nullable Long value) {
    long given = orZero(value);
    return given == 0 ? "" : given == -1 ? NO_LIMIT : Long.toString(given);
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private void put(String name, String value) {
    if (!value.isEmpty()) {
      files.put(name, value);
    }
  }
}
