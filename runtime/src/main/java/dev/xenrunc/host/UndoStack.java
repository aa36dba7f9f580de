// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.util.ArrayDeque;
import java.util.Deque;

/** The reverses of the steps done so far, to be run last one first if a later step fails. */
public final class UndoStack {
  private record Step(String name, Runnable reverse) {}

  private final Deque<Step> steps = new ArrayDeque<>();

  /** Registers the reverse of a step. */
  public void push(String name, Runnable reverse) {
    steps.push(new Step(name, reverse));
  }

  /** Runs every reverse; what fails is added to the failure that made it necessary. */
  public void undo(Throwable because) {
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      try {
        step.reverse().run();
      } catch (RuntimeException e) {
        because.addSuppressed(new IllegalStateException("undo " + step.name(), e));
      }
    }
  }
}
