package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A list of the host's processors as cpuset(7) writes it: {@code 0-2,7}. */
final class ProcessorList {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");
  private static final int PROCESSOR_MAX = 4095;

  private ProcessorList() {}

  /** In rising order. */
  static List<Integer> parse(String list) {
    TreeSet<Integer> processors = new TreeSet<>();
    for (String part : list.strip().split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        throw bad(list);
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last > PROCESSOR_MAX) {
        throw bad(list);
      }
      for (int processor = first; processor <= last; processor++) {
        processors.add(processor);
      }
    }
    return List.copyOf(processors);
  }

  private static BundleException bad(String list) {
    return new BundleException("cpuset.cpus \"" + list + "\" is no list of processors");
  }
}
