package dev.xenrunc.container;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.MountOptions;
import dev.xenrunc.oci.MountSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The spec's mounts as host file trees to export and as MOUNT groups for the agent. */
final class GuestMounts {
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_DIRECTORY = 0040000;
  private static final int TYPE_REGULAR = 0100000;
  private static final long BINDING = MountOptions.MS_BIND | MountOptions.MS_REC;

  private GuestMounts() {}

  /** The rootfs as export 0, and each bind mount's source in order. */
  static List<Launcher.Export> exports(Spec spec, Path bundle, Path rootfs) {
    List<Launcher.Export> exports = new ArrayList<>();
    // Writable even if the root is not: the agent makes the mount targets first.
    exports.add(new Launcher.Export(0, rootfs, MountOptions.MS_REC, 0));
    for (MountSpec mount : spec.mounts()) {
      MountOptions options = MountOptions.parse(mount.options());
      if (options.binds()) {
        Path source = bundle.resolve(String.valueOf(mount.source()));
        exports.add(
            new Launcher.Export(
                exports.size(), source, options.sourceFlags(), options.recursiveSourceFlags()));
      }
    }
    return exports;
  }

  /** Refuses what the file server cannot serve, by the type of each export's root. */
  static void checkModes(List<Launcher.Export> exports, List<Launcher.ExportRoot> roots) {
    for (Launcher.Export export : exports) {
      int type = roots.get(export.number()).mode() & TYPE_MASK;
      if (type != TYPE_DIRECTORY && type != TYPE_REGULAR) {
        throw new BundleException(
            "bind mount of \""
                + export.path()
                + "\": only directories and regular files can be shared");
      }
    }
    if ((roots.get(0).mode() & TYPE_MASK) != TYPE_DIRECTORY) {
      throw new BundleException(
          "the rootfs \"" + exports.get(0).path() + "\" is no directory tree");
    }
  }

  /** Writes EXPORT and MOUNT groups. */
  static void write(Spec spec, List<Launcher.ExportRoot> exports, FieldWriter prepare) {
    for (int number = 0; number < exports.size(); number++) {
      prepare.put(
          FieldTag.EXPORT,
          new FieldWriter()
              .put(FieldTag.NUMBER, number)
              .put(FieldTag.MODE, exports.get(number).mode()));
    }
    int number = 0;
    for (MountSpec mount : spec.mounts()) {
      MountOptions options = MountOptions.parse(mount.options());
      if (options.binds()) {
        number++;
        // Where something below can be written the host alone keeps what cannot: in the guest they
        // are one mount.
        long hosts = exports.get(number).readonly() ? 0 : MountOptions.MS_RDONLY;
        prepare.put(
            FieldTag.MOUNT, group(mount, options, "export", hosts).put(FieldTag.NUMBER, number));
      } else {
        prepare.put(
            FieldTag.MOUNT,
            group(mount, options, String.valueOf(mount.type()), 0)
                .putIfPresent(
                    FieldTag.DATA, Optional.of(options.data()).filter(data -> !data.isEmpty())));
      }
    }
  }

  private static FieldWriter group(
      MountSpec mount, MountOptions options, String type, long withoutFlags) {
    String target = mount.destination();
    FieldWriter group =
        new FieldWriter()
            .put(FieldTag.TYPE, type)
            .put(FieldTag.TARGET, target.startsWith("/") ? target : "/" + target);
    if (mount.source() != null && !mount.source().isEmpty()) {
      group.put(FieldTag.SOURCE, mount.source());
    }
    group.put(FieldTag.FLAGS, options.flags() & ~BINDING & ~withoutFlags);
    if (options.clearFlags() != 0) {
      group.put(FieldTag.CLEAR_FLAGS, options.clearFlags());
    }
    if (options.propagation() != 0) {
      group.put(FieldTag.PROPAGATION, options.propagation());
    }
    if (options.copyUp()) {
      group.put(FieldTag.COPY_UP, true);
    }
    return group;
  }
}
