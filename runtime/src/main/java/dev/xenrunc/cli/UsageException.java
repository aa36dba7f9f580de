// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

/** The caller's words make no command. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
