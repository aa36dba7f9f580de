// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.monitor;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.wire.FieldTag;
import dev.xenrunc.wire.FieldWriter;
import dev.xenrunc.wire.Fields;
import dev.xenrunc.wire.WireException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupFiguresTest {
  private static FieldWriter file(String name, String text) {
    return new FieldWriter()
        .put(FieldTag.NAME, name)
        .put(FieldTag.BYTES, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void read(FieldWriter... files) throws WireException {
    FieldWriter reply = new FieldWriter();
    for (FieldWriter file : files) {
      reply.put(FieldTag.CGROUP_FILE, file);
    }
    CgroupFigures figures = CgroupFigures.parse(Fields.parse(reply.toBytes()));
    figures.number("memory.current");
    figures.table("memory.stat");
    figures.table("cpu.stat");
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
        "cpu.stat | usage_usec 99999999999999999999999"
      })
  void whatAGuestMakesUpIsRefused(String name, String text) {
    assertThrows(MonitorException.class, () -> read(file(name, text)));
  }

  @Test
  void onlyFilesThatWereAskedForAreReadEachOnceAndOfBoundedLength() {
    assertThrows(WireException.class, () -> read(file("nosuch.file", "1")));
    FieldWriter once = file("pids.max", "1");

    assertThrows(WireException.class, () -> read(once, once));
    assertThrows(WireException.class, () -> read(file("pids.current", " ".repeat(8192) + "1")));
  }
}
