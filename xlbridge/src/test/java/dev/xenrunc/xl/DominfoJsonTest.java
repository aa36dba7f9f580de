// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DominfoJsonTest {
  private static DomainInfo parse(String members) {
    return DominfoJson.parse("{\"uuid\":\"" + Samples.ID + "\",\"domid\":5" + members + "}");
  }

  @Test
  void membersAreRead() {
    DomainInfo info =
        parse(",\"running\":true,\"current_memkb\":65536,\"cpu_time\":7,\"vcpu_online\":2");

    Domain domain = new Domain(new Domid(5), Samples.ID);
    DomainState state = DomainState.RUNNING;
    Duration time = Duration.ofNanos(7);
    assertEquals(new DomainInfo(domain, state, ShutdownReason.NONE, 65536, time, 2), info);
  }

  @ParameterizedTest
  @CsvSource({
    "'',RUNNING",
    "',\"blocked\":true',RUNNING",
    "',\"paused\":true',PAUSED",
    "',\"paused\":true,\"shutdown\":true',SHUTDOWN",
    "',\"shutdown\":true,\"dying\":true',DYING",
  })
  void stateIsTheMostFinalOne(String members, DomainState state) {
    assertEquals(state, parse(members).state());
  }

  @ParameterizedTest
  @CsvSource({
    "'',NONE",
    "',\"shutdown_reason\":\"crash\"',NONE",
    "',\"shutdown\":true',POWEROFF",
    "',\"shutdown\":true,\"shutdown_reason\":\"poweroff\"',POWEROFF",
    "',\"shutdown\":true,\"shutdown_reason\":\"crash\"',CRASH",
    "',\"shutdown\":true,\"shutdown_reason\":\"soft_reset\"',SOFT_RESET",
    "',\"shutdown\":true,\"shutdown_reason\":\"never heard of\"',UNKNOWN",
    "',\"shutdown\":true,\"shutdown_reason\":17',UNKNOWN",
  })
  void reasonCountsOnlyAfterShutdown(String members, ShutdownReason reason) {
    assertEquals(reason, parse(members).reason());
  }
}
