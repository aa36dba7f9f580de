// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;

/**
 * A paravirtual disk of a domain, served by xen-blkback.
 *
 * @param vdev its name in the guest, such as {@code xvda}
 * @param source what the script makes a block device of
 * @param script the program that libxl runs to plug it in and out; must write physical-device
 */
public record Vbd(String vdev, Path source, Access access, Path script) {
  private static final int MAX_VDEV = 8;

  /** What the guest may do with it. */
  public enum Access {
    READ_ONLY,
    READ_WRITE
  }

  public Vbd {
    PlainText.requireWord("vbd name", vdev, MAX_VDEV);
    if (!vdev.startsWith("xvd")) {
      throw new IllegalArgumentException("not a vbd name: \"" + vdev + "\"");
    }
    PlainText.requirePath("vbd source", source);
    PlainText.requirePath("vbd script", script);
  }
}
