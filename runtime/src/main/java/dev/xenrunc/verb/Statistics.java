// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.monitor.CgroupFigures;
import dev.xenrunc.xl.DomainInfo;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * What events tells of a container, in runc's shape (types/events.go, and for cgroup v2
 * libcontainer/cgroups/fs2): the guest's figures. The member {@code domain} is ours: Xen's.
 */
final class Statistics {
  private static final BigInteger NANOSECONDS = BigInteger.valueOf(1000);
  private static final long KIB = 1024;

  private final CgroupFigures figures;
  private final ObjectNode data = JsonNodeFactory.instance.objectNode();

  private Statistics(CgroupFigures figures) {
    this.figures = figures;
  }

  static ObjectNode of(CgroupFigures figures, Optional<DomainInfo> domain) {
    Statistics statistics = new Statistics(figures);
    statistics.cpu();
    statistics.data.putObject("cpuset");
    statistics.memory();
    statistics.pids();
    statistics.data.putObject("blkio");
    statistics.data.putObject("hugetlb");
    statistics.data.putObject("intel_rdt");
    statistics.data.putNull("network_interfaces");
    domain.ifPresent(statistics::domain);
    return statistics.data;
  }

  private void cpu() {
    Map<String, BigInteger> stat = figures.table("cpu.stat");
    ObjectNode cpu = data.putObject("cpu");
    cpu.putObject("usage")
        .put("total", nanoseconds(stat, "usage_usec"))
        .put("kernel", nanoseconds(stat, "system_usec"))
        .put("user", nanoseconds(stat, "user_usec"));
    cpu.putObject("throttling")
        .put("periods", number(stat, "nr_periods"))
        .put("throttledPeriods", number(stat, "nr_throttled"))
        .put("throttledTime", nanoseconds(stat, "throttled_usec"));
  }

  private void memory() {
    Map<String, BigInteger> stat = figures.table("memory.stat");
    BigInteger limit = figures.number("memory.max");
    BigInteger usage = figures.number("memory.current");
    ObjectNode memory = data.putObject("memory");
    memory.put("cache", number(stat, "file"));
    memory
        .putObject("usage")
        .put("limit", limit)
        .put("usage", usage)
        .put("max", figures.number("memory.peak"))
        .put("failcnt", number(figures.table("memory.events"), "max"));
    // Memory and swap together, and there is no swap.
    memory.putObject("swap").put("limit", limit).put("usage", usage).put("failcnt", 0);
    memory.putObject("kernel").put("limit", 0).put("failcnt", 0);
    memory.putObject("kernelTCP").put("limit", 0).put("failcnt", 0);
    ObjectNode raw = memory.putObject("raw");
    stat.forEach(raw::put);
  }

  /** As runc: no limit is left out. */
  private void pids() {
    ObjectNode pids = data.putObject("pids");
    pids.put("current", figures.number("pids.current"));
    BigInteger limit = figures.number("pids.max");
    if (limit.signum() > 0 && !limit.equals(CgroupFigures.NO_LIMIT)) {
      pids.put("limit", limit);
    }
  }

  private void domain(DomainInfo info) {
    data.putObject("domain")
        .put("cpu", info.cpuTime().toNanos())
        .put("memory", info.memoryKib() * KIB)
        .put("vcpus", info.vcpusOnline());
  }

  private static BigInteger number(Map<String, BigInteger> table, String name) {
    return table.getOrDefault(name, BigInteger.ZERO);
  }

  private static BigInteger nanoseconds(Map<String, BigInteger> table, String name) {
    return number(table, name).multiply(NANOSECONDS);
  }
}
