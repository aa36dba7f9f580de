// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import java.util.Locale;

/** Where a container is in its life, in the words of the OCI runtime spec. */
public enum ContainerStatus {
  CREATING,
  CREATED,
  RUNNING,
  PAUSED,
  STOPPED;

  /** The word that {@code state} prints. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
