// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

/** The container's root file system. */
public record RootSpec(String path, boolean readonly) {
  public RootSpec {
    path = path == null ? "" : path;
  }
}
