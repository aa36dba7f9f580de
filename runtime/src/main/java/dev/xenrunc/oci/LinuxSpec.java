// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The spec's Linux part (runtime-spec config-linux.md). */
public record LinuxSpec(
    List<Namespace> namespaces,
    @Nullable List<Ignored> uidMappings,
    @Nullable List<Ignored> gidMappings,
    List<Device> devices,
    @Nullable String cgroupsPath,
    ResourcesSpec resources,
    Map<String, String> sysctl,
    @Nullable SeccompSpec seccomp,
    List<String> maskedPaths,
    List<String> readonlyPaths,
    @Nullable String rootfsPropagation,
    @Nullable String mountLabel,
    @Nullable Map<String, Ignored> netDevices,
    @Nullable Ignored intelRdt,
    @Nullable Personality personality,
    @Nullable Map<String, Ignored> timeOffsets) {
  static final LinuxSpec EMPTY =
      new LinuxSpec(
          List.of(),
          null,
          null,
          List.of(),
          null,
          ResourcesSpec.NONE,
          Map.of(),
          null,
          List.of(),
          List.of(),
          null,
          null,
          null,
          null,
          null,
          null);

  public LinuxSpec {
    namespaces = Lists.copy(namespaces);
    devices = Lists.copy(devices);
    resources = resources == null ? ResourcesSpec.NONE : resources;
    sysctl = sysctl == null ? Map.of() : Map.copyOf(sysctl);
    maskedPaths = Lists.copy(maskedPaths);
    readonlyPaths = Lists.copy(readonlyPaths);
  }

  /** True if the container is to have a namespace of this type for itself, or joins one. */
  public boolean hasNamespace(String type) {
    return namespaces.stream().anyMatch(namespace -> namespace.type().equals(type));
  }

  /** A namespace to make, or with a path to join. */
  public record Namespace(String type, @Nullable String path) {
    public Namespace {
      type = type == null ? "" : type;
    }

    /** True if an existing namespace is meant. */
    public boolean joins() {
      return path != null && !path.isEmpty();
    }
  }

  /** A device node to make below the container's root. */
  public record Device(
      String path,
      String type,
      long major,
      long minor,
      @Nullable Integer fileMode,
      @Nullable Long uid,
      @Nullable Long gid) {
    public Device {
      path = path == null ? "" : path;
      type = type == null ? "" : type;
    }
  }
}
