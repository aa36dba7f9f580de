// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.oci.CleanPath;
import dev.xenrunc.oci.DeviceRules;
import dev.xenrunc.oci.LinuxSpec;
import dev.xenrunc.oci.MountOptions;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.RootSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The payload of PREPARE: the container as the agent is to make it. */
final class PrepareRequest {
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;
  private static final int DEVICE_MODE_DEFAULT = 0666;

  private PrepareRequest() {}

  static FieldWriter of(Preparation container) {
    Spec spec = container.spec();
    HostValues host = container.host();
    FieldWriter prepare = new FieldWriter();
    prepare.putIfPresent(FieldTag.HOSTNAME, host.hostname());
    prepare.putIfPresent(FieldTag.DOMAINNAME, host.domainname());
    prepare.putAll(container.network().fields());
    prepare.putAll(container.network().sysctls());
    MountGroups.put(spec.mounts(), container.exports(), prepare);
    LinuxSpec linux = spec.linux();
    prepare.putAll(FieldTag.MASKED_PATH, linux.maskedPaths());
    prepare.putAll(FieldTag.READONLY_PATH, linux.readonlyPaths());
    linux.sysctl().forEach((name, value) -> prepare.put(FieldTag.SYSCTL, pair(name, value)));
    linux.devices().stream()
        .filter(device -> !CleanPath.rooted(device.path()).equals("/")) // as runc: it is there
        .forEach(device -> prepare.put(FieldTag.DEVICE, device(device)));
    deviceRules(DeviceRules.of(linux.resources().devices()), prepare);
    CgroupLimits.put(container.resources(), prepare);
    prepare.putIfPresent(FieldTag.CWD, Optional.ofNullable(spec.process()).map(ProcessSpec::cwd));
    RootSpec root = spec.root();
    if (root != null && root.readonly()) {
      prepare.put(FieldTag.READONLY, true);
    }
    given(linux.rootfsPropagation())
        .flatMap(MountOptions::propagationOf)
        .ifPresent(flags -> prepare.put(FieldTag.ROOT_PROPAGATION, flags));
    // Last: a log shows the beginning of a long message, and these are the longest part of it.
    host.sysctls().forEach((name, value) -> prepare.put(FieldTag.HOST_SYSCTL, pair(name, value)));
    return prepare;
  }

  private static void deviceRules(DeviceRules rules, FieldWriter prepare) {
    if (rules.allowed()) {
      prepare.put(FieldTag.DEVICES_ALLOWED, true);
    }
    rules
        .exceptions()
        .forEach(
            (devices, access) -> {
              FieldWriter group =
                  new FieldWriter()
                      .put(FieldTag.KIND, devices.block() ? S_IFBLK : S_IFCHR)
                      .put(FieldTag.ACCESS, access);
              if (devices.major() != DeviceRules.ANY) {
                group.put(FieldTag.MAJOR, devices.major());
              }
              if (devices.minor() != DeviceRules.ANY) {
                group.put(FieldTag.MINOR, devices.minor());
              }
              prepare.put(FieldTag.DEVICE_RULE, group);
            });
  }

  private static FieldWriter device(LinuxSpec.Device device) {
    int kind =
        switch (device.type()) {
          case "b" -> S_IFBLK;
          case "p" -> S_IFIFO;
          default -> S_IFCHR;
        };
    Integer mode = device.fileMode();
    Long uid = device.uid();
    Long gid = device.gid();
    return new FieldWriter()
        .put(FieldTag.PATH, CleanPath.rooted(device.path()))
        .put(FieldTag.KIND, kind)
        .put(FieldTag.MAJOR, device.major())
        .put(FieldTag.MINOR, device.minor())
        .put(FieldTag.MODE, mode == null ? DEVICE_MODE_DEFAULT : mode & 07777)
        .put(FieldTag.UID, uid == null ? 0 : uid)
        .put(FieldTag.GID, gid == null ? 0 : gid);
  }

  private static FieldWriter pair(String name, String value) {
    return new FieldWriter().put(FieldTag.NAME, name).put(FieldTag.VALUE, value);
  }

  private static Optional<String> given(@Nullable String text) {
    return Optional.ofNullable(text).filter(t -> !t.isEmpty());
  }
}
