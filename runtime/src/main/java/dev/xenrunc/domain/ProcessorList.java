// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A list of the host's processors as cpuset(7) writes it: {@code 0-2,7}. */
public final class ProcessorList {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");
  private static final int PROCESSOR_MAX = 4095;

  private ProcessorList() {}

  /** In rising order; empty if it is no such list. */
  public static Optional<List<Integer>> parse(String list) {
    TreeSet<Integer> processors = new TreeSet<>();
    for (String part : list.strip().split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last > PROCESSOR_MAX) {
        return Optional.empty();
      }
      for (int processor = first; processor <= last; processor++) {
        processors.add(processor);
      }
    }
    return Optional.of(List.copyOf(processors));
  }
}
