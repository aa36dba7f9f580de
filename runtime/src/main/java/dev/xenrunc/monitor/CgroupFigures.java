// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files of a container's cgroup v2, as its guest tells them: an enemy's words, read strictly. A
 * file or a line that is not there counts as zero.
 */
public final class CgroupFigures {
  /** What "max" is where no limit is a number, as for runc. */
  public static final BigInteger NO_LIMIT = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final List<String> FILES =
      List.of(
          "memory.current",
          "memory.max",
          "memory.peak",
          "memory.events",
          "memory.stat",
          "cpu.stat",
          "pids.current",
          "pids.max");
  private static final int FILE_MAX = 8192;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");
  private static final Pattern LINE = Pattern.compile("([a-z0-9_.]{1,64}) ([0-9]{1,20})");

  private final Map<String, String> files;

  /** The files' text by name. */
  public CgroupFigures(Map<String, String> files) {
    this.files = Map.copyOf(files);
  }

  /** The request for them. */
  static FieldWriter request() {
    return new FieldWriter().putAll(FieldTag.NAME, FILES);
  }

  /** What came back. */
  static CgroupFigures parse(Fields reply) throws WireException {
    Map<String, String> files = new HashMap<>();
    for (Fields group : reply.groups(FieldTag.CGROUP_FILE)) {
      String name = group.text(FieldTag.NAME);
      byte[] bytes = group.bytes(FieldTag.BYTES);
      if (!FILES.contains(name) || bytes.length > FILE_MAX) {
        throw new WireException("the guest tells of a file that it was not asked for");
      }
      String text = new String(bytes, StandardCharsets.US_ASCII);
      if (files.putIfAbsent(name, text) != null) {
        throw new WireException("the guest tells of " + name + " twice");
      }
    }
    return new CgroupFigures(files);
  }

  /** A file that is one number, or "max". */
  public BigInteger number(String file) {
    String text = files.getOrDefault(file, "0").strip();
    return text.equals("max") ? NO_LIMIT : number(file, text);
  }

  /** A file with a name and a number a line. */
  public Map<String, BigInteger> table(String file) {
    Map<String, BigInteger> table = new LinkedHashMap<>();
    for (String line : files.getOrDefault(file, "").lines().toList()) {
      var parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new MonitorException("the guest's " + file + " is malformed");
      }
      table.put(parts.group(1), number(file, parts.group(2)));
    }
    return table;
  }

  private static BigInteger number(String file, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new MonitorException("the guest's " + file + " is malformed");
    }
    BigInteger number = new BigInteger(text);
    if (number.compareTo(NO_LIMIT) > 0) {
      throw new MonitorException("the guest's " + file + " is out of range");
    }
    return number;
  }
}
