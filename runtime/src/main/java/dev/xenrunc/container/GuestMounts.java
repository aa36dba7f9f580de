// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.CleanPath;
import dev.xenrunc.oci.MountOptions;
import dev.xenrunc.oci.MountSpec;
import dev.xenrunc.oci.RootSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The spec's mounts as host file trees to export, as places, and as MOUNT groups for the agent. */
final class GuestMounts {
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_DIRECTORY = 0040000;
  private static final int TYPE_REGULAR = 0100000;
  private static final long BINDING = MountOptions.MS_BIND | MountOptions.MS_REC;

  private GuestMounts() {}

  /** What is the host's of the container's files. */
  static Launcher.HostFiles files(Spec spec, Path bundle, Path rootfs) {
    RootSpec root = spec.root();
    return new Launcher.HostFiles(
        exports(spec, bundle, rootfs), newPlaces(spec), root != null && root.readonly());
  }

  /** The places without those where only the flags of an earlier mount change. */
  private static List<Launcher.Mount> newPlaces(Spec spec) {
    List<Launcher.Mount> places = places(spec);
    List<Launcher.Mount> those = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      if (!MountOptions.parse(spec.mounts().get(i).options()).remounts()) {
        those.add(places.get(i));
      }
    }
    return those;
  }

  /** The rootfs as export 0, and each bind mount's source in order. */
  private static List<Launcher.Export> exports(Spec spec, Path bundle, Path rootfs) {
    List<Launcher.Export> exports = new ArrayList<>();
    // Writable even if the root is not: the agent makes the mount targets first.
    exports.add(new Launcher.Export(0, rootfs, MountOptions.MS_REC, 0));
    for (MountSpec mount : spec.mounts()) {
      MountOptions options = MountOptions.parse(mount.options());
      if (options.binds()) {
        Path source = CleanPath.below(bundle, String.valueOf(mount.source()));
        exports.add(
            new Launcher.Export(
                exports.size(), source, options.sourceFlags(), options.recursiveSourceFlags()));
      }
    }
    return exports;
  }

  private static List<Launcher.Mount> places(Spec spec) {
    List<Launcher.Mount> places = new ArrayList<>();
    int exports = 0;
    for (MountSpec mount : spec.mounts()) {
      String given = mount.destination();
      String target = given.startsWith("/") ? CleanPath.plain(given) : CleanPath.rooted(given);
      if (MountOptions.parse(mount.options()).binds()) {
        places.add(new Launcher.Mount("export", target, OptionalInt.of(++exports)));
      } else {
        places.add(new Launcher.Mount(String.valueOf(mount.type()), target, OptionalInt.empty()));
      }
    }
    return places;
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
    List<Launcher.Mount> places = places(spec);
    for (int i = 0; i < places.size(); i++) {
      prepare.put(FieldTag.MOUNT, group(places.get(i), spec.mounts().get(i), exports));
    }
  }

  private static FieldWriter group(
      Launcher.Mount place, MountSpec mount, List<Launcher.ExportRoot> exports) {
    MountOptions options = MountOptions.parse(mount.options());
    FieldWriter group =
        new FieldWriter().put(FieldTag.TYPE, place.type()).put(FieldTag.TARGET, place.target());
    place.export().ifPresent(number -> group.put(FieldTag.NUMBER, number));
    // Where something below can be written the host alone keeps what cannot: in the guest they
    // are one mount.
    boolean partly =
        place.export().isPresent() && !exports.get(place.export().getAsInt()).readonly();
    long withoutFlags = options.remounts() ? 0 : BINDING | (partly ? MountOptions.MS_RDONLY : 0);
    if (mount.source() != null && !mount.source().isEmpty()) {
      group.put(FieldTag.SOURCE, mount.source());
    }
    long hostFlags =
        options.keepsSourceFlags() ? exports.get(place.export().getAsInt()).flags() : 0;
    group.put(FieldTag.FLAGS, (options.flags() & ~withoutFlags) | hostFlags);
    if (options.clearFlags() != 0) {
      group.put(FieldTag.CLEAR_FLAGS, options.clearFlags());
    }
    if (options.propagation() != 0) {
      group.put(FieldTag.PROPAGATION, options.propagation());
    }
    if (place.export().isEmpty() && !options.data().isEmpty()) {
      group.put(FieldTag.DATA, options.data());
    }
    if (options.copyUp()) {
      group.put(FieldTag.COPY_UP, true);
    }
    return group;
  }
}
