// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

/** A verb cannot be done to this container, in runc's words: containerd looks for them. */
public abstract sealed class ContainerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private ContainerException(String message) {
    super(message);
  }

  private ContainerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** No runtime would accept this name. */
  public static final class InvalidId extends ContainerException {
    private static final long serialVersionUID = 1;

    InvalidId() {
      super("invalid container ID format");
    }
  }

  /** Nobody created it, or it is deleted. */
  public static final class NotFound extends ContainerException {
    private static final long serialVersionUID = 1;

    public NotFound() {
      super("container does not exist");
    }
  }

  /** The name is taken. */
  public static final class AlreadyExists extends ContainerException {
    private static final long serialVersionUID = 1;

    public AlreadyExists() {
      super("container with given ID already exists");
    }
  }

  /** Its status does not allow the verb. */
  public static final class WrongStatus extends ContainerException {
    private static final long serialVersionUID = 1;

    public WrongStatus(String message) {
      super(message);
    }
  }

  /** Another verb holds the container. */
  public static final class Busy extends ContainerException {
    private static final long serialVersionUID = 1;

    public Busy(ContainerId id) {
      super("container \"" + id + "\" is busy with another verb");
    }
  }

  /** A step of the verb failed. */
  public static final class Failed extends ContainerException {
    private static final long serialVersionUID = 1;

    public Failed(String message) {
      super(message);
    }

    public Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The guest cannot start the container; dockerd looks for the guest's words. */
  public static final class CommandFailed extends ContainerException {
    private static final long serialVersionUID = 1;
    private static final String RUNC_WORDS = "unable to start container process: ";

    CommandFailed(Throwable guest) {
      super(
          RUNC_WORDS + String.valueOf(guest.getMessage()).replaceFirst("^" + RUNC_WORDS, ""),
          guest);
    }
  }
}
