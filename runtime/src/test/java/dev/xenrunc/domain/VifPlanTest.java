// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.xl.TscMode;
import dev.xenrunc.xl.VifRate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VifPlanTest {
  private static final String RATE = "org.xen-runc.network-rate-mbit";
  private static final String PLACE = "4711:17:eth0";

  @ParameterizedTest
  @CsvSource({
    "bounding, CAP_NET_RAW, true, true",
    "bounding, CAP_NET_ADMIN, true, true",
    "effective, CAP_NET_RAW, true, true",
    "bounding, CAP_NET_RAW, false, false",
    "effective, CAP_NET_ADMIN, false, false",
    "permitted, CAP_NET_RAW, true, false",
    "bounding, CAP_NET_BIND_SERVICE, true, false",
    "bounding, CAP_SYS_ADMIN, true, false"
  })
  void aContainerThatMakesFramesIsOpenWhereTheHostAllowsIt(
      String set, String capability, boolean spoofing, boolean open) {
    Spec spec =
        spec("{}", "\"process\":{\"capabilities\":{\"" + set + "\":[\"" + capability + "\"]}},");

    VifPlan plan = planner(spoofing, Set.of()).vifs(spec);

    assertEquals(open ? PLACE + ":open" : PLACE, plan.note(PLACE));
  }

  @Test
  void aContainerWithoutAProcessOrCapabilitiesIsNotOpen() {
    assertEquals(false, planner(true, Set.of()).vifs(spec("{}", "")).open());
    assertEquals(false, planner(true, Set.of()).vifs(spec("{}", "\"process\":{},")).open());
  }

  @Test
  void theRateIsInMegabitsASecond() {
    VifPlan plan = planner(false, Set.of(RATE)).vifs(spec("{\"" + RATE + "\":\"8\"}", ""));

    // 8 Mbit/s are a million bytes in 20 intervals.
    assertEquals(new VifRate(50_000), plan.rate());
    assertEquals(VifRate.UNBOUNDED, planner(false, Set.of(RATE)).vifs(spec("{}", "")).rate());
  }

  @ParameterizedTest
  @CsvSource({"0, true", "-1, true", "fast, true", "10000000, true", "8, false"})
  void aRateThatIsNoneOrNotAllowedIsRefused(String rate, boolean allowed) {
    Spec spec = spec("{\"" + RATE + "\":\"" + rate + "\"}", "");
    DomainPlanner planner = planner(false, allowed ? Set.of(RATE) : Set.of());

    assertThrows(BundleException.class, () -> planner.vifs(spec));
  }

  private static DomainPlanner planner(boolean spoofing, Set<String> annotations) {
    GuestSettings settings =
        new GuestSettings(
            Path.of("/k"),
            Path.of("/n"),
            Path.of("/i"),
            128,
            48,
            18,
            0,
            1,
            0,
            List.of(),
            TscMode.DEFAULT,
            "",
            List.of(),
            annotations,
            GuestFiles.NONE,
            spoofing);
    return new DomainPlanner(settings, new HostFacts(4, 8 << 20, 1 << 20));
  }

  private static Spec spec(String annotations, String process) {
    String json =
        "{\"ociVersion\":\"1.0.2\","
            + process
            + "\"annotations\":"
            + annotations
            + ",\"linux\":{}}";
    return SpecReader.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
