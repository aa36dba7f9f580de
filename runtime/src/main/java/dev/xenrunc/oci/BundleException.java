// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

/** A spec that cannot be read, or that asks for what this runtime does not give. */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says which part of the spec is meant and what is wrong with it. */
  public BundleException(String message) {
    super(message);
  }

  /** The same, with what the parser said. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
