// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** What libxl's calls return when they fail (libxl_types.idl, {@code libxl_error}). */
public enum LibxlError {
  NONSPECIFIC(-1, "failed"),
  VERSION(-2, "wrong version of libxl"),
  FAIL(-3, "failed"),
  NI(-4, "not implemented"),
  NOMEM(-5, "no memory"),
  INVAL(-6, "invalid argument"),
  BADFAIL(-7, "failed, and could not be undone"),
  GUEST_TIMEDOUT(-8, "the guest did not answer in time"),
  TIMEDOUT(-9, "timed out"),
  NOPARAVIRT(-10, "the guest has no paravirtual drivers"),
  NOT_READY(-11, "not ready"),
  OSEVENT_REG_FAIL(-12, "event registration failed"),
  BUFFERFULL(-13, "buffer full"),
  UNKNOWN_CHILD(-14, "unknown child process"),
  LOCK_FAIL(-15, "lock not taken"),
  JSON_CONFIG_EMPTY(-16, "the domain has no stored configuration"),
  DEVICE_EXISTS(-17, "the device exists already"),
  CHECKPOINT_DEVOPS_DOES_NOT_MATCH(-18, "checkpoint operations do not match"),
  CHECKPOINT_DEVICE_NOT_SUPPORTED(-19, "checkpoint device not supported"),
  VNUMA_CONFIG_INVALID(-20, "invalid vNUMA configuration"),
  DOMAIN_NOTFOUND(-21, "no such domain"),
  ABORTED(-22, "aborted"),
  NOTFOUND(-23, "not found"),
  DOMAIN_DESTROYED(-24, "the domain is being destroyed"),
  FEATURE_REMOVED(-25, "feature removed"),
  PROTOCOL_ERROR_QMP(-26, "QMP protocol error"),
  UNKNOWN_QMP_ERROR(-27, "unknown QMP error"),
  QMP_GENERIC_ERROR(-28, "QMP error"),
  QMP_COMMAND_NOT_FOUND(-29, "QMP command not found"),
  QMP_DEVICE_NOT_ACTIVE(-30, "QMP device not active"),
  QMP_DEVICE_NOT_FOUND(-31, "QMP device not found"),
  QEMU_API(-32, "QEMU's answer was not understood"),
  /** A code that no known libxl returns. */
  UNKNOWN(Integer.MIN_VALUE, "unknown error");

  private final int code;
  private final String text;

  LibxlError(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The error that a negative return code means. */
  public static LibxlError of(int code) {
    for (LibxlError error : values()) {
      if (error.code == code) {
        return error;
      }
    }
    return UNKNOWN;
  }

  public int code() {
    return code;
  }

  /** What it means, for a user. */
  public String text() {
    return text;
  }
}
