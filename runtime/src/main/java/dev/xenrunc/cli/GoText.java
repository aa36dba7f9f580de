// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, sizes and durations as Go's libraries read them, with their complaints. */
final class GoText {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kKmMgGtTpP]?)[iI]?[bB]?");
  private static final String UNITS = "kmgtp";
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,19}");
  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, BigDecimal> NANOSECONDS =
      Map.of(
          "ns", BigDecimal.ONE,
          "us", BigDecimal.valueOf(1_000),
          "µs", BigDecimal.valueOf(1_000),
          "ms", BigDecimal.valueOf(1_000_000),
          "s", BigDecimal.valueOf(1_000_000_000),
          "m", BigDecimal.valueOf(60_000_000_000L),
          "h", BigDecimal.valueOf(3_600_000_000_000L));
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoText() {}

  /** strconv.ParseInt, or without a sign ParseUint. */
  static long number(String text, boolean signed) {
    try {
      if (NUMBER.matcher(text).matches() && (signed || text.charAt(0) >= '0')) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      throw numberFailure(text, signed, "value out of range", e);
    }
    throw numberFailure(text, signed, "invalid syntax", null);
  }

  private static UsageException numberFailure(
      String text,
      boolean signed,
      String why,
      @org.jspecify.annotations.Nullable NumberFormatException cause) {
    UsageException failure =
        new UsageException(
            "strconv.Parse" + (signed ? "Int" : "Uint") + ": parsing \"" + text + "\": " + why);
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /** units.RAMInBytes, and -1. */
  static long size(String text) {
    if (text.equals("-1")) {
      return -1;
    }
    Matcher size = SIZE.matcher(text);
    if (size.matches()) {
      int unit =
          size.group(2).isEmpty() ? -1 : UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT));
      BigDecimal bytes =
          new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1L << (10 * (unit + 1))));
      if (bytes.compareTo(LONG_MAX) <= 0) {
        return bytes.longValue();
      }
    }
    throw new UsageException("invalid size: '" + text + "'");
  }

  /** time.ParseDuration; empty text where it complains is the caller's to word. */
  static Duration duration(String text) {
    Matcher part = DURATION_PART.matcher(text);
    BigDecimal nanoseconds = BigDecimal.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      BigDecimal unit = NANOSECONDS.getOrDefault(part.group(2), BigDecimal.ONE);
      nanoseconds = nanoseconds.add(new BigDecimal(part.group(1)).multiply(unit));
      end = part.end();
    }
    boolean whole = end == text.length() && end > 0;
    if (text.equals("0") || (whole && nanoseconds.compareTo(LONG_MAX) <= 0)) {
      return Duration.ofNanos(nanoseconds.longValue());
    }
    throw new UsageException("parse error");
  }
}
