// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** How urgent a process's input and output is (config.md "ioPriority"). */
public record IoPriority(@JsonProperty("class") String kind, int priority) {
  /** linux/ioprio.h. */
  private static final Map<String, Integer> KINDS =
      Map.of("IOPRIO_CLASS_RT", 1, "IOPRIO_CLASS_BE", 2, "IOPRIO_CLASS_IDLE", 3);

  private static final int KIND_SHIFT = 13;
  private static final int PRIORITY_MAX = 7;

  public IoPriority {
    kind = kind == null ? "" : kind;
  }

  /** Follows runc (libcontainer/configs/validate, ioPriority), and its words. */
  void check() {
    if (priority < 0 || priority > PRIORITY_MAX) {
      throw new BundleException("invalid ioPriority.Priority: " + priority);
    }
    if (!KINDS.containsKey(kind)) {
      throw new BundleException("invalid ioPriority.Class: \"" + kind + "\"");
    }
  }

  /** Both as ioprio_set(2) takes them. */
  public int number() {
    return KINDS.getOrDefault(kind, 0) << KIND_SHIFT | priority;
  }
}
