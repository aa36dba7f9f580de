// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

/** A domain of ours is not in the state that was asked for. */
public final class DomainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DomainException(String message) {
    super(message);
  }
}
