package dev.xenrunc.monitor;

/** A monitor cannot be reached, or did not answer. */
public final class MonitorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A request that could not even be sent. */
  public MonitorException(String message) {
    super(message);
  }

  MonitorException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
