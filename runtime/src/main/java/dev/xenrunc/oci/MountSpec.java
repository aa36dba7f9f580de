// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of mounts; made in order. */
public record MountSpec(
    String destination,
    @Nullable String type,
    @Nullable String source,
    List<String> options,
    @Nullable List<Ignored> uidMappings,
    @Nullable List<Ignored> gidMappings) {
  public MountSpec {
    destination = destination == null ? "" : destination;
    options = Lists.copy(options);
  }
}
