// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import dev.xenrunc.oci.ResourcesSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What update makes of a container's limits: as runc's update.go, nothing and zero change nothing.
 */
final class ResourcesMerge {
  private ResourcesMerge() {}

  static ResourcesSpec of(ResourcesSpec before, ResourcesSpec change) {
    Map<String, String> unified = new HashMap<>(before.unified());
    unified.putAll(change.unified());
    return new ResourcesSpec(
        memory(before.memory(), change.memory()),
        cpu(before.cpu(), change.cpu()),
        new ResourcesSpec.Pids(number(before.pids().limit(), change.pids().limit())),
        unified,
        before.devices());
  }

  private static ResourcesSpec.Memory memory(
      ResourcesSpec.Memory before, ResourcesSpec.Memory change) {
    return new ResourcesSpec.Memory(
        number(before.limit(), change.limit()),
        number(before.reservation(), change.reservation()),
        number(before.swap(), change.swap()));
  }

  private static ResourcesSpec.Cpu cpu(ResourcesSpec.Cpu before, ResourcesSpec.Cpu change) {
    String cpus = change.cpus();
    return new ResourcesSpec.Cpu(
        number(before.shares(), change.shares()),
        number(before.quota(), change.quota()),
        number(before.period(), change.period()),
        cpus == null || cpus.isEmpty() ? before.cpus() : cpus);
  }

  private static @Nullable Long number(@Nullable Long before, @Nullable Long change) {
    return change == null || change == 0 ? before : change;
  }
}
