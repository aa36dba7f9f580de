// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.MountOptions;
import dev.xenrunc.oci.MountSpec;
import dev.xenrunc.oci.PlacedMount;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.util.List;
import java.util.OptionalInt;

/** The EXPORT and MOUNT groups of PREPARE. */
final class MountGroups {
  private static final long BINDING = MountOptions.MS_BIND | MountOptions.MS_REC;

  private MountGroups() {}

  /** Adds them to a request. */
  static void put(List<MountSpec> mounts, List<Launcher.ExportRoot> exports, FieldWriter prepare) {
    for (int number = 0; number < exports.size(); number++) {
      prepare.put(
          FieldTag.EXPORT,
          new FieldWriter()
              .put(FieldTag.NUMBER, number)
              .put(FieldTag.MODE, exports.get(number).mode()));
    }
    for (PlacedMount mount : PlacedMount.of(mounts)) {
      prepare.put(FieldTag.MOUNT, group(mount, exports));
    }
  }

  private static FieldWriter group(PlacedMount mount, List<Launcher.ExportRoot> exports) {
    MountOptions options = mount.options();
    FieldWriter group =
        new FieldWriter().put(FieldTag.TYPE, mount.type()).put(FieldTag.TARGET, mount.target());
    mount.export().ifPresent(number -> group.put(FieldTag.NUMBER, number));
    String source = mount.spec().source();
    if (source != null && !source.isEmpty()) {
      group.put(FieldTag.SOURCE, source);
    }
    group.put(FieldTag.FLAGS, flags(mount, exports));
    if (options.clearFlags() != 0) {
      group.put(FieldTag.CLEAR_FLAGS, options.clearFlags());
    }
    if (options.propagation() != 0) {
      group.put(FieldTag.PROPAGATION, options.propagation());
    }
    if (mount.export().isEmpty() && !options.data().isEmpty()) {
      group.put(FieldTag.DATA, options.data());
    }
    if (options.copyUp()) {
      group.put(FieldTag.COPY_UP, true);
    }
    return group;
  }

  private static long flags(PlacedMount mount, List<Launcher.ExportRoot> exports) {
    MountOptions options = mount.options();
    OptionalInt export = mount.export();
    // Where a part of an export can be written, only the host keeps the rest read-only: in the
    // guest all of it is one mount.
    boolean partly = export.isPresent() && !exports.get(export.getAsInt()).readonly();
    long without = options.remounts() ? 0 : BINDING | (partly ? MountOptions.MS_RDONLY : 0);
    long hostFlags = options.keepsSourceFlags() ? exports.get(export.getAsInt()).flags() : 0;
    return (options.flags() & ~without) | hostFlags;
  }
}
