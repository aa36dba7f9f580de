// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A mount of the spec with its options parsed, its place in the container, and the number of the
 * export that it shows.
 *
 * @param target the destination as an absolute path
 * @param export empty unless it is a bind mount; number 0 is the rootfs
 */
public record PlacedMount(MountSpec spec, MountOptions options, String target, OptionalInt export) {
  /** The type that a bind mount has on the wire. */
  private static final String EXPORT = "export";

  /** The spec's mounts in their order; refuses options that this runtime cannot do. */
  public static List<PlacedMount> of(List<MountSpec> mounts) {
    List<PlacedMount> placed = new ArrayList<>();
    int exports = 0;
    for (MountSpec mount : mounts) {
      MountOptions options = MountOptions.parse(mount.options());
      OptionalInt export = options.binds() ? OptionalInt.of(++exports) : OptionalInt.empty();
      placed.add(new PlacedMount(mount, options, target(mount.destination()), export));
    }
    return List.copyOf(placed);
  }

  private static String target(String destination) {
    return destination.startsWith("/")
        ? CleanPath.plain(destination)
        : CleanPath.rooted(destination);
  }

  /** The file system's type; "export" for a bind mount, whatever the spec says. */
  public String type() {
    return export.isPresent() ? EXPORT : String.valueOf(spec.type());
  }
}
