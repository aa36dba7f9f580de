// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  private static FieldWriter file(String name, String text) {
    return new FieldWriter()
        .put(FieldTag.NAME, name)
        .put(FieldTag.BYTES, text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode statistics(FieldWriter... files) throws WireException, IOException {
    FieldWriter reply = new FieldWriter();
    for (FieldWriter file : files) {
      reply.put(FieldTag.CGROUP_FILE, file);
    }
    // As text and back: what a caller reads.
    return new ObjectMapper()
        .readTree(
            Statistics.of(CgroupFigures.parse(Fields.parse(reply.toBytes())), Optional.empty())
                .toString());
  }

  @Test
  void figuresHaveRuncsShape() throws Exception {
    JsonNode data =
        statistics(
            file("memory.current", "4096\n"),
            file("memory.max", "max\n"),
            file("memory.peak", "8192\n"),
            file("memory.events", "low 0\nmax 3\noom_kill 1\n"),
            file("memory.stat", "anon 1024\nfile 2048\n"),
            file("cpu.stat", "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_throttled 2\n"),
            file("pids.current", "2\n"),
            file("pids.max", "20\n"));

    assertEquals(7000, data.at("/cpu/usage/total").asLong());
    assertEquals(4000, data.at("/cpu/usage/user").asLong());
    assertEquals(3000, data.at("/cpu/usage/kernel").asLong());
    assertEquals(2, data.at("/cpu/throttling/throttledPeriods").asLong());
    assertEquals("18446744073709551615", data.at("/memory/usage/limit").asText());
    assertEquals(4096, data.at("/memory/usage/usage").asLong());
    assertEquals(8192, data.at("/memory/usage/max").asLong());
    assertEquals(3, data.at("/memory/usage/failcnt").asLong());
    assertEquals(2048, data.at("/memory/cache").asLong());
    assertEquals(1024, data.at("/memory/raw/anon").asLong());
    assertEquals("{\"current\":2,\"limit\":20}", data.get("pids").toString());
  }

  @Test
  void whatTheGuestDoesNotHaveIsZero() throws Exception {
    JsonNode data = statistics();

    assertEquals(0, data.at("/cpu/usage/total").asLong());
    assertEquals(0, data.at("/memory/usage/limit").asLong());
    assertEquals("{\"current\":0}", data.get("pids").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory.current | -1",
        "memory.current | 1e9",
        "memory.current | 18446744073709551616",
        "memory.current | 1 2",
        "memory.stat | anon",
        "memory.stat | anon max",
        "memory.stat | anon 1 2",
        "memory.stat | a\u0007b 1",
        "cpu.stat | usage_usec 99999999999999999999999",
        "nosuch.file | 1"
      })
  void whatAGuestMakesUpIsRefused(String name, String text) {
    assertThrows(WireException.class, () -> statistics(file(name, text)));
  }

  @Test
  void aFileIsToldOnceAndIsNoLongerThanAllowed() {
    FieldWriter once = file("pids.max", "1");

    assertThrows(WireException.class, () -> statistics(once, once));
    assertThrows(
        WireException.class, () -> statistics(file("pids.current", " ".repeat(8192) + "1")));
  }
}
