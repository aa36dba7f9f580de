// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xenrunc.monitor.CgroupFigures;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static JsonNode statistics(Map<String, String> files) throws IOException {
    // As text and back: what a caller reads.
    return new ObjectMapper()
        .readTree(Statistics.of(new CgroupFigures(files), Optional.empty()).toString());
  }

  @Test
  void figuresHaveRuncsShape() throws Exception {
    JsonNode data =
        statistics(
            Map.ofEntries(
                Map.entry("memory.current", "4096\n"),
                Map.entry("memory.max", "max\n"),
                Map.entry("memory.peak", "8192\n"),
                Map.entry("memory.events", "low 0\nmax 3\noom_kill 1\n"),
                Map.entry("memory.stat", "anon 1024\nfile 2048\n"),
                Map.entry("cpu.stat", "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_throttled 2\n"),
                Map.entry("pids.current", "2\n"),
                Map.entry("pids.max", "20\n")));

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
    JsonNode data = statistics(Map.of());

    assertEquals(0, data.at("/cpu/usage/total").asLong());
    assertEquals(0, data.at("/memory/usage/limit").asLong());
    assertEquals("{\"current\":0}", data.get("pids").toString());
  }
}
