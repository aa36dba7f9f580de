// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.wire.FrameType;
import dev.xenrunc.xl.HostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateTest extends ContainerRig {
  private static ResourcesSpec memory(long mib) {
    return new ResourcesSpec(
        new ResourcesSpec.Memory(mib << 20, null, null),
        ResourcesSpec.NONE.cpu(),
        ResourcesSpec.NONE.pids(),
        Map.of(),
        List.of());
  }

  @Test
  void anUpdateChangesGuestAndDomainAndGoesOnFromTheLast() {
    create();
    update(memory(24));
    assertEquals(List.of(), launcher.monitor().askedOfGuest());
    start();
    update(memory(32));
    assertEquals(
        List.of(41L, 49L), toolstack.sizes.stream().map(size -> size.memoryKib() / 1024).toList());
    assertEquals(FrameType.UPDATE, launcher.monitor().askedOfGuest().get(4));

    assertThrows(BundleException.class, () -> update(memory(64)));
    assertEquals(2, toolstack.sizes.size());
    assertEquals(5, launcher.monitor().askedOfGuest().size());
  }

  @Test
  void anUpdateThatFailsLeavesWhatWas() {
    create();
    start();
    toolstack.failing = "resize";

    assertThrows(HostException.class, () -> update(memory(32)));

    toolstack.failing = "";
    update(ResourcesSpec.NONE);
    assertEquals(64 * 1024, toolstack.sizes.get(0).memoryKib());
  }

  @Test
  void anUpdateNeedsAGuestThatCanAnswer() {
    create();
    start();
    pause();
    assertSays(
        "cannot update a paused container: its guest cannot answer", () -> update(memory(32)));
  }

  @Test
  void anUpdateReachesTheGuestThatAnExecHasMadeReady() {
    create();
    exec(false);

    update(memory(32));

    assertTrue(launcher.monitor().asked.contains(FrameType.UPDATE));
  }
}
