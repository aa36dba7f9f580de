// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Configurations that tests start from. */
final class Samples {
  static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");
  static final Path SCRIPT = Path.of("/usr/lib/xen-runc/xen-hotplug");

  private Samples() {}

  static Boot boot() {
    return new Boot(
        Path.of("/usr/lib/xen-runc/vmlinux"),
        Path.of("/usr/lib/xen-runc/initramfs.cpio"),
        "console=hvc0 quiet loglevel=3");
  }

  static Vif vif() {
    return new Vif(
        0, new MacAddress("02:42:ac:11:00:02"), 1500, SCRIPT, "web-01234567", VifRate.UNBOUNDED);
  }

  static Vbd vbd(Vbd.Access access) {
    return new Vbd("xvda", Path.of("/dev/loop7"), access, SCRIPT);
  }

  /** What a container gets: nothing but memory and vcpus. */
  static DomainConfig bare() {
    return new DomainConfig(
        "web-01234567",
        ID,
        boot(),
        Size.of(1, 65536),
        TscMode.DEFAULT,
        Map.of(),
        List.of(),
        List.of());
  }

  /** Everything that a configuration can say. */
  static DomainConfig full() {
    return new DomainConfig(
        "web-01234567",
        ID,
        boot(),
        new Size(2, 3, 262144, 524288, 512, 150, List.of(0, 2, 9)),
        TscMode.NATIVE_PARAVIRT,
        Map.of("id", "web", "root", "/run/docker/runtime-runc/moby é", "version", "1"),
        List.of(
            vif(),
            new Vif(
                1,
                new MacAddress("02:42:AC:11:00:03"),
                9000,
                SCRIPT,
                "x",
                VifRate.ofMegabits(100))),
        List.of(
            vbd(Vbd.Access.READ_WRITE),
            new Vbd("xvdb", Path.of("/a b"), Vbd.Access.READ_ONLY, SCRIPT)));
  }
}
