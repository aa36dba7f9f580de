// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The annotations by which a spec may shape its domain, if the administrator allows them. */
final class Annotations {
  static final String KERNEL = "org.xen-runc.kernel";
  static final String KERNEL_PARAMETERS = "org.xen-runc.kernel-parameters";
  static final String MEMORY = "org.xen-runc.memory-mib";
  static final String VCPUS = "org.xen-runc.vcpus";
  static final String HOST_SYSCTLS = "org.xen-runc.host-sysctls";
  static final String NETWORK_RATE = "org.xen-runc.network-rate-mbit";
  static final Set<String> ALL =
      Set.of(KERNEL, KERNEL_PARAMETERS, MEMORY, VCPUS, HOST_SYSCTLS, NETWORK_RATE);

  private static final int NUMBER_LENGTH_MAX = 7;

  private final Map<String, String> given;
  private final Set<String> allowed;

  Annotations(Map<String, String> given, Set<String> allowed) {
    this.given = given;
    this.allowed = allowed;
  }

  /** Printable text. */
  Optional<String> text(String annotation) {
    String text = given.get(annotation);
    if (text == null) {
      return Optional.empty();
    }
    if (!allowed.contains(annotation)) {
      throw new BundleException(
          "annotation " + annotation + " is not allowed by this host's config.toml");
    }
    if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new BundleException("annotation " + annotation + " is not printable ASCII");
    }
    return Optional.of(text);
  }

  Optional<Integer> number(String annotation) {
    return text(annotation).map(text -> parse(annotation, text));
  }

  private static int parse(String annotation, String text) {
    if (!text.matches("[1-9][0-9]*") || text.length() > NUMBER_LENGTH_MAX) {
      throw new BundleException("annotation " + annotation + " is no number: \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }
}
