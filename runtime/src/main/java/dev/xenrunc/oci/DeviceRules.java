// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What linux.resources.devices comes to: its rules are applied in their order, as cgroup v1 would
 * and as runc has them for v2 (opencontainers/cgroups, devices/devices_emulator.go).
 */
public final class DeviceRules {
  /** In a rule: every number. */
  public static final long ANY = -1;

  /** BPF_DEVCG_ACC_*. */
  private static final int MKNOD = 1;

  private static final int READ = 2;
  private static final int WRITE = 4;
  private static final long NUMBER_MAX = 0xffffffffL;

  private final Map<Devices, Integer> exceptions = new TreeMap<>();
  private boolean allowed;

  /** Those of one type and one number, or of every number. */
  public record Devices(boolean block, long major, long minor) implements Comparable<Devices> {
    @Override
    public int compareTo(Devices other) {
      int order = Boolean.compare(block, other.block);
      order = order == 0 ? Long.compare(major, other.major) : order;
      return order == 0 ? Long.compare(minor, other.minor) : order;
    }

    @Override
    public String toString() {
      return (block ? "b " : "c ") + number(major) + ":" + number(minor);
    }

    private static String number(long number) {
      return number == ANY ? "*" : Long.toString(number);
    }
  }

  private DeviceRules() {}

  /** Applies the rules; throws for what runc refuses. */
  public static DeviceRules of(List<ResourcesSpec.DeviceRule> rules) {
    DeviceRules result = new DeviceRules();
    for (int i = 0; i < rules.size(); i++) {
      result.apply(rules.get(i), i);
    }
    return result;
  }

  /** What is true of all devices but the exceptions. */
  public boolean allowed() {
    return allowed;
  }

  /** For which access (BPF_DEVCG_ACC_*) the opposite is true. */
  public Map<Devices, Integer> exceptions() {
    return exceptions;
  }

  private void apply(ResourcesSpec.DeviceRule rule, int index) {
    if (rule.access().isEmpty()) {
      throw new BundleException("device access at " + index + " field cannot be empty");
    }
    int access = access(rule.access());
    switch (rule.type()) {
      case "", "a" -> {
        allowed = rule.allow();
        exceptions.clear();
      }
      case "b", "c", "u" ->
          apply(
              new Devices(rule.type().equals("b"), number(rule.major()), number(rule.minor())),
              access,
              rule.allow());
      default -> throw new BundleException("invalid device type \"" + rule.type() + "\"");
    }
  }

  private void apply(Devices devices, int access, boolean allow) {
    if (access == 0) {
      return;
    }
    if (allow != allowed) {
      exceptions.merge(devices, access, (old, more) -> old | more);
      return;
    }
    refuseHole(new Devices(devices.block(), ANY, devices.minor()), devices, access);
    refuseHole(new Devices(devices.block(), devices.major(), ANY), devices, access);
    refuseHole(new Devices(devices.block(), ANY, ANY), devices, access);
    exceptions.computeIfPresent(devices, (key, old) -> (old & ~access) == 0 ? null : old & ~access);
  }

  private void refuseHole(Devices wider, Devices devices, int access) {
    if (!wider.equals(devices) && (exceptions.getOrDefault(wider, 0) & access) != 0) {
      throw new BundleException(
          "unable to remove '"
              + (allowed ? "deny" : "allow")
              + "' exception: requested rule ["
              + devices
              + "] not supported by devices cgroupv1 (cannot punch hole in existing wildcard rule ["
              + wider
              + "])");
    }
  }

  private static int access(String letters) {
    return letters.chars().map(DeviceRules::access).reduce(0, (all, one) -> all | one);
  }

  /** As runc (libcontainer/devices, Permissions): other letters say nothing. */
  private static int access(int letter) {
    return switch (letter) {
      case 'r' -> READ;
      case 'w' -> WRITE;
      case 'm' -> MKNOD;
      default -> 0;
    };
  }

  private static long number(@Nullable Long number) {
    if (number == null || number < 0) {
      return ANY;
    }
    if (number > NUMBER_MAX) {
      throw new BundleException("invalid device number " + number);
    }
    return number;
  }
}
