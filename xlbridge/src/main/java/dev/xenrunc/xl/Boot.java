// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import java.nio.file.Path;

/** What a domain boots: files of dom0, and the kernel's command line. */
public record Boot(Path kernel, Path ramdisk, String cmdline) {
  private static final int MAX_CMDLINE = 2047;

  public Boot {
    PlainText.requirePath("kernel", kernel);
    PlainText.requirePath("ramdisk", ramdisk);
    PlainText.requirePrintable("kernel command line", cmdline, MAX_CMDLINE);
  }
}
