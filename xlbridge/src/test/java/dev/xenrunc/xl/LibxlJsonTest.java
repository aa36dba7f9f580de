// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents that libxl gets, against those under resources/golden. */
class LibxlJsonTest {
  private static void assertGolden(String name, String document) throws IOException {
    try (InputStream golden = LibxlJsonTest.class.getResourceAsStream("/golden/" + name)) {
      String text =
          new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(lines(text), lines(document), () -> name + " should be " + document);
    }
  }

  private static String lines(String document) {
    StringBuilder lines = new StringBuilder();
    JsonLeaves.of(document)
        .forEach((leaf, value) -> lines.append(leaf).append(" = ").append(value).append('\n'));
    return lines.toString();
  }

  @Test
  void bareDomain() throws IOException {
    assertGolden("bare-domain.json", LibxlJson.of(Samples.bare()));
  }

  @Test
  void fullDomain() throws IOException {
    assertGolden("full-domain.json", LibxlJson.of(Samples.full()));
  }

  @Test
  void devicesOfADomainAreWrittenAsDevicesAddedLater() {
    Map<String, String> domain = JsonLeaves.of(LibxlJson.of(Samples.full()));

    JsonLeaves.of(LibxlJson.of(Samples.vif()))
        .forEach((leaf, value) -> assertEquals(value, domain.get("nics[0]." + leaf)));
    JsonLeaves.of(LibxlJson.of(Samples.vbd(Vbd.Access.READ_WRITE)))
        .forEach((leaf, value) -> assertEquals(value, domain.get("disks[0]." + leaf)));
  }

  /** libxl aborts the JVM on two union members, and sizes a bitmap by its last number. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64, 128})
  void vcpusRiseAndTheTypeIsGivenOnce(int vcpus) {
    DomainConfig bare = Samples.bare();
    DomainConfig config =
        new DomainConfig(
            bare.name(),
            bare.uuid(),
            bare.boot(),
            Size.of(vcpus, 65536),
            bare.tscMode(),
            bare.labels(),
            bare.vifs(),
            bare.vbds());

    Map<String, String> leaves = JsonLeaves.of(LibxlJson.of(config));

    var available = new ArrayList<>(leaves.entrySet());
    available.removeIf(leaf -> !leaf.getKey().startsWith("b_info.avail_vcpus["));
    assertEquals(vcpus, available.size());
    IntStream.range(0, vcpus)
        .forEach(i -> assertEquals(Integer.toString(i), available.get(i).getValue()));
    assertEquals(1, leaves.keySet().stream().filter(leaf -> leaf.contains(".type.")).count());
  }

  @Test
  void memoryIsAllThereFromTheFirst() {
    Map<String, String> leaves = JsonLeaves.of(LibxlJson.of(Samples.full()));

    assertEquals(leaves.get("b_info.max_memkb"), leaves.get("b_info.target_memkb"));
    assertTrue(leaves.get("b_info.claim_mode").contains("True"));
  }
}
