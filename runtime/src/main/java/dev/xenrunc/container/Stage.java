// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

/** The last step that the journal recorded as begun; between two verbs, the container's status. */
public enum Stage {
  /** A create is under way, or died half done. */
  CREATING(ContainerStatus.CREATING),
  CREATED(ContainerStatus.CREATED),
  CREATED_PAUSED(ContainerStatus.PAUSED),
  /** A start, or what an exec before it needs of one, is under way, or died half done. */
  STARTING(ContainerStatus.CREATED),
  RUNNING(ContainerStatus.RUNNING),
  PAUSED(ContainerStatus.PAUSED),
  STOPPED(ContainerStatus.STOPPED),
  /** Only what is left of it is to be removed; retried until it is done. */
  DELETING(ContainerStatus.STOPPED);

  private final ContainerStatus status;

  Stage(ContainerStatus status) {
    this.status = status;
  }

  /** What the caller is told while the monitor lives. */
  public ContainerStatus status() {
    return status;
  }
}
