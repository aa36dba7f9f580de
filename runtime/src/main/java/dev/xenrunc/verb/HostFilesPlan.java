// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.CleanPath;
import dev.xenrunc.oci.MountOptions;
import dev.xenrunc.oci.PlacedMount;
import dev.xenrunc.oci.RootSpec;
import dev.xenrunc.oci.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of the host that a container is given, and whether they can be served. */
final class HostFilesPlan {
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_DIRECTORY = 0040000;
  private static final int TYPE_REGULAR = 0100000;

  private HostFilesPlan() {}

  /** The rootfs as export 0, each bind mount's source, and the places of all mounts. */
  static Launcher.HostFiles of(Spec spec, Path bundle, Path rootfs) {
    List<Launcher.Export> exports = new ArrayList<>();
    // Writable even if the root is not: the agent makes the mount targets first.
    exports.add(new Launcher.Export(0, rootfs, MountOptions.MS_REC, 0));
    List<Launcher.Mount> places = new ArrayList<>();
    for (PlacedMount mount : PlacedMount.of(spec.mounts())) {
      MountOptions options = mount.options();
      // A remount has no place of its own: it changes the flags of an earlier mount.
      if (!options.remounts()) {
        places.add(new Launcher.Mount(mount.type(), mount.target(), mount.export()));
      }
      if (mount.export().isPresent()) {
        Path source = CleanPath.below(bundle, String.valueOf(mount.spec().source()));
        exports.add(
            new Launcher.Export(
                mount.export().getAsInt(),
                source,
                options.sourceFlags(),
                options.recursiveSourceFlags()));
      }
    }
    RootSpec root = spec.root();
    return new Launcher.HostFiles(exports, places, root != null && root.readonly());
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
}
