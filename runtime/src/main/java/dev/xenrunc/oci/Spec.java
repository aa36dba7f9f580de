// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole config.json, as far as this runtime looks at it (runtime-spec config.md). */
public record Spec(
    @Nullable String ociVersion,
    @Nullable ProcessSpec process,
    @Nullable RootSpec root,
    @Nullable String hostname,
    @Nullable String domainname,
    List<MountSpec> mounts,
    HooksSpec hooks,
    Map<String, String> annotations,
    LinuxSpec linux,
    @Nullable VmSpec vm,
    @Nullable Ignored solaris,
    @Nullable Ignored windows,
    @Nullable @JsonProperty("zos") Ignored zos,
    @Nullable Ignored freebsd) {
  public Spec {
    mounts = Lists.copy(mounts);
    hooks = hooks == null ? HooksSpec.NONE : hooks;
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    linux = linux == null ? LinuxSpec.EMPTY : linux;
  }
}
