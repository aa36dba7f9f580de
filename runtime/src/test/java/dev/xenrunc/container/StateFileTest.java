// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
  /** As the engine wrote it whose state was one flat record. */
  private static final String FLAT =
      """
      {"version": 1, "id": "web", "root": "/run/runc", "stage": "CREATED",
       "uuid": "9f3c1f0e-6f5e-4d0a-8a44-0d8f4d2b1a11", "domid": 7, "monitorPid": 1234,
       "monitorStartTime": 5678, "cgroup": "/docker/web", "exportModes": [16877, 33188],
       "writableExports": [0], "exportFlags": [0, 6], "ociVersion": "1.0.2", "bundle": "/b",
       "rootfs": "/b/rootfs", "created": "2026-11-30T10:00:00Z", "annotations": {"a": "b"},
       "size": {"vcpus": 1, "vcpusMax": 2, "memoryKib": 65536, "memoryMaxKib": 65536,
                "weight": 256, "capPercent": 0, "processors": [0, 1]},
       "resources": {"memory": {"limit": 1048576}, "cpu": {}, "pids": {}, "unified": {},
                     "devices": []},
       "links": ["02:42:00:00:00:01"]}
      """;

  private static final String NETWORK =
      """
      "prepared": true, "nextVif": 3, "vifs": [
          {"number": 2, "mac": "02:42:00:00:00:01", "link": "eth0", "index": 5,
           "addresses": ["10.0.0.2/24"], "plugged": true}]}
      """;

  private static ContainerState read(String json) throws IOException {
    return StateFile.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatTheEngineBeforeWroteIsRead() throws IOException {
    ContainerState state = read(FLAT);

    assertEquals(Stage.CREATED, state.stage());
    assertEquals("web", state.identity().id());
    assertEquals(7, state.domain().domain().orElseThrow().domid().value());
    assertEquals(65536, state.domain().size().memoryKib());
    assertEquals(1234, state.monitor().orElseThrow().pid());
    assertEquals(List.of(false, true), state.exports().stream().map(e -> e.readonly()).toList());
    assertEquals(1048576, state.given().resources().memory().limit());
    assertTrue(state.prepared());
    assertEquals("02:42:00:00:00:01", state.domain().vifs().get(0).mac());
    assertEquals(1, state.domain().freeVif());
  }

  @Test
  void theFormOnDiskStaysAsItWas() throws IOException {
    ObjectMapper json = new ObjectMapper();
    String now = FLAT.replaceFirst("(?s)\"links\".*", NETWORK);
    var before = json.readTree(now);
    var after = json.readTree(StateFile.write(read(now)));

    before.fieldNames().forEachRemaining(name -> assertTrue(after.has(name), name));
    assertEquals(before.size(), after.size());
    for (String name :
        List.of("version", "stage", "domid", "size", "exportFlags", "prepared", "vifs")) {
      assertEquals(before.get(name), after.get(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"id\":\"web\",\"init_process_pid\":1}"})
  void whatIsNotOursIsRefused(String json) {
    assertThrows(IOException.class, () -> read(json));
  }
}
