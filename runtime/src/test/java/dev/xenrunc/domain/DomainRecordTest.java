// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.xl.Size;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DomainRecordTest {
  private static final DomainRecord PLANNED =
      DomainRecord.planned(UUID.randomUUID(), new Size(1, 1, 1 << 16, 1 << 16, 256, 0, List.of()));

  private static VifRecord vif(int number) {
    return new VifRecord(number, "02:42:00:00:00:01", "eth0", 5, List.of(), true);
  }

  @Test
  void numbersOfVifsGoRoundAndPassOverThoseInUse() {
    DomainRecord record = PLANNED.withVif(vif(0)).withVif(vif(1)).withoutVif(1);
    assertEquals(2, record.freeVif());

    for (int number = 2; number < 128; number++) {
      record = record.withVif(vif(number)).withoutVif(number);
    }

    assertEquals(1, record.freeVif());
  }

  @Test
  void whenAllNumbersAreInUseThereIsNoOther() {
    DomainRecord record = PLANNED;
    for (int number = 0; number < 128; number++) {
      record = record.withVif(vif(number));
    }

    assertThrows(DomainException.class, record::freeVif);
  }
}
