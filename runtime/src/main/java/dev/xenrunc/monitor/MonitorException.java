package dev.xenrunc.monitor;

/** A monitor cannot be reached, or did not answer. */
public final class MonitorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MonitorException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
