// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreTwelveWideOrThreeWiderThanTheirLongestCell() {
    assertEquals(
        """
        ID          STATUS       OWNER
        a           1234567890   root
        """,
        TextTable.of(
            List.of(List.of("ID", "STATUS", "OWNER"), List.of("a", "1234567890", "root"))));
  }

  @Test
  void headingsAloneAreARow() {
    assertEquals("ID          PID\n", TextTable.of(List.of(List.of("ID", "PID"))));
  }
}
