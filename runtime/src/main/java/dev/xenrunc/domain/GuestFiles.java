// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

/**
 * What of the host, beyond its own files, the administrator lets specs boot.
 *
 * @param kernelParameters whether they may add to the kernel's command line
 */
public record GuestFiles(AllowedFiles kernels, AllowedFiles initrds, boolean kernelParameters) {
  public static final GuestFiles NONE = new GuestFiles(AllowedFiles.NONE, AllowedFiles.NONE, false);
}
