// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.oci.SpecReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupLimitsTest {
  private static ResourcesSpec resources(String json) {
    return SpecReader.readResources(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String limits(ResourcesSpec resources) {
    return CgroupLimits.of(resources).entrySet().stream()
        .map(limit -> limit.getKey() + "=" + limit.getValue())
        .collect(Collectors.joining("; "));
  }

  /** The right side is what runc 1.1 writes (libcontainer/cgroups/fs2). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | ''",
        "{\"memory\":{\"limit\":0},\"pids\":{\"limit\":0},\"cpu\":{\"shares\":0}} | ''",
        "{\"memory\":{\"limit\":67108864}} | memory.max=67108864",
        "{\"memory\":{\"limit\":-1}} | memory.swap.max=max; memory.max=max",
        "{\"memory\":{\"limit\":100,\"swap\":100}} | memory.swap.max=0; memory.max=100",
        "{\"memory\":{\"limit\":100,\"swap\":250}} | memory.swap.max=150; memory.max=100",
        "{\"memory\":{\"limit\":100,\"swap\":-1}} | memory.swap.max=max; memory.max=100",
        "{\"memory\":{\"reservation\":50}} | memory.low=50",
        "{\"pids\":{\"limit\":20}} | pids.max=20",
        "{\"pids\":{\"limit\":-1}} | pids.max=max",
        "{\"cpu\":{\"shares\":2}} | cpu.weight=1",
        "{\"cpu\":{\"shares\":1024}} | cpu.weight=39",
        "{\"cpu\":{\"shares\":262144}} | cpu.weight=10000",
        "{\"cpu\":{\"shares\":999999}} | cpu.weight=10000",
        "{\"cpu\":{\"quota\":50000}} | cpu.max=50000 100000",
        "{\"cpu\":{\"quota\":-1,\"period\":50000}} | cpu.max=max 50000",
        "{\"cpu\":{\"quota\":20000,\"period\":10000}} | cpu.max=20000 10000",
        "{\"cpu\":{\"cpus\":\"0-1\"}} | ''",
        "{\"unified\":{\"memory.high\":\"9\",\"cgroup.max.depth\":\"2\"},\"pids\":{\"limit\":3}}"
            + " | pids.max=3; cgroup.max.depth=2; memory.high=9"
      })
  void areThoseOfRunc(String json, String expected) {
    assertEquals(expected, limits(resources(json)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"memory\":{\"swap\":100}} | unable to set swap limit without memory limit",
        "{\"memory\":{\"limit\":-1,\"swap\":100}} | unable to set swap limit without memory limit",
        "{\"memory\":{\"limit\":100,\"swap\":99}} | memory+swap limit should be >= memory limit",
        "{\"unified\":{\"a/b\":\"1\"}} | unified resource \"a/b\" must be a file name (no slashes)"
      })
  void impossibleOnesAreRefusedInRuncsWords(String json, String why) {
    ResourcesSpec bad = resources(json);

    assertEquals(why, assertThrows(BundleException.class, () -> limits(bad)).getMessage());
  }
}
