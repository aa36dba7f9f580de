// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.host.Launcher;
import dev.xenrunc.oci.Spec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names that a guest is given: the spec's, or those of its caller's uts namespace if the
 * container is to share that.
 *
 * <p>Differs from runc: the names are the caller's as it starts; what becomes of them later on
 * either side stays there.
 */
record UtsNames(Optional<String> hostname, Optional<String> domainname) {
  private static final Path HOST = Path.of("/proc/sys/kernel");
  private static final int LENGTH_MAX = 65;

  static UtsNames of(Spec spec, Launcher launcher) {
    if (spec.linux().hasNamespace("uts")) {
      return new UtsNames(given(spec.hostname()), given(spec.domainname()));
    }
    return new UtsNames(host("hostname", launcher), host("domainname", launcher));
  }

  private static Optional<String> host(String name, Launcher launcher) {
    byte[] bytes = launcher.readFile(HOST.resolve(name), LENGTH_MAX);
    return given(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
  }

  private static Optional<String> given(@Nullable String text) {
    return Optional.ofNullable(text).filter(t -> !t.isEmpty());
  }
}
