// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** The domain that was to be acted on has ended, or its domid is another's by now. */
public final class DomainGoneException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  public DomainGoneException(Domain domain, String how) {
    super("domain " + domain + " " + how);
  }
}
