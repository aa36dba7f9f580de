package dev.xenrunc.xl;

/** A libxl call failed. */
public final class LibxlException extends ToolstackException {
  private static final long serialVersionUID = 1L;

  private final LibxlError error;

  /**
   * An exception that says what libxl logged.
   *
   * @param detail the cause in plain words, or empty
   */
  public LibxlException(String call, LibxlError error, String detail) {
    super(call + ": " + (detail.isEmpty() ? error.text() : detail));
    this.error = error;
  }

  public LibxlError error() {
    return error;
  }
}
