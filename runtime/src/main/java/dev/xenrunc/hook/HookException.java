// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.hook;

/** A host hook failed, in runc's words. */
public final class HookException extends RuntimeException {
  private static final long serialVersionUID = 1;

  HookException(String message) {
    super(message);
  }

  HookException(String message, Throwable cause) {
    super(message, cause);
  }
}
