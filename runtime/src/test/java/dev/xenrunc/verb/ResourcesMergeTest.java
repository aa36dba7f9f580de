// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xenrunc.monitor.CgroupLimits;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.oci.SpecReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResourcesMergeTest {
  private static ResourcesSpec resources(String json) {
    return SpecReader.readResources(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anUpdateGoesOnFromWhatWasSet() {
    ResourcesSpec first =
        resources("{\"memory\":{\"limit\":100,\"swap\":200},\"cpu\":{\"quota\":5000}}");
    ResourcesSpec change =
        resources("{\"memory\":{\"limit\":150},\"cpu\":{\"period\":10000,\"quota\":0}}");

    assertEquals(
        "{memory.swap.max=50, memory.max=150, cpu.max=5000 10000}",
        CgroupLimits.of(ResourcesMerge.of(first, change)).toString());
    assertEquals(
        CgroupLimits.of(first), CgroupLimits.of(ResourcesMerge.of(first, resources("{}"))));
  }
}
