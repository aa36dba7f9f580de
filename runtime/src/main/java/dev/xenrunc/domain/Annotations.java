package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The annotations by which a spec may size its domain, if the administrator allows them. */
final class Annotations {
  static final String MEMORY = "org.xen-runc.memory-mib";
  static final String VCPUS = "org.xen-runc.vcpus";
  static final Set<String> ALL = Set.of(MEMORY, VCPUS);

  private static final int NUMBER_LENGTH_MAX = 7;

  private final Map<String, String> given;
  private final Set<String> allowed;

  Annotations(Map<String, String> given, Set<String> allowed) {
    this.given = given;
    this.allowed = allowed;
  }

  OptionalInt number(String annotation) {
    String text = given.get(annotation);
    if (text == null) {
      return OptionalInt.empty();
    }
    if (!allowed.contains(annotation)) {
      throw new BundleException(
          "annotation " + annotation + " is not allowed by this host's config.toml");
    }
    if (!text.matches("[1-9][0-9]*") || text.length() > NUMBER_LENGTH_MAX) {
      throw new BundleException("annotation " + annotation + " is no number: \"" + text + "\"");
    }
    return OptionalInt.of(Integer.parseInt(text));
  }
}
