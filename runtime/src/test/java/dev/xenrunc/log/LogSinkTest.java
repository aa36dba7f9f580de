// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

class LogSinkTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void clearKeys() {
    MDC.clear();
  }

  @Test
  void oneLineHasEverything() {
    MDC.put("id", "web");
    LogfmtLogger logger = new LogfmtLogger("dev.xenrunc.Thing", new LogSink(out, Level.INFO));

    logger.info("built {} in {} ms", "it\nall", 7);
    logger.debug("too much");

    String line = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        line.matches("time=\\S+Z level=info from=Thing msg=\"built it\\\\nall in 7 ms\" id=web\n"),
        line);
  }

  @Test
  void aTraceStaysOnItsLine() {
    LogfmtLogger logger = new LogfmtLogger("x", new LogSink(out, Level.INFO));

    logger.error("failed", new IllegalStateException("why"));

    String line = out.toString(StandardCharsets.UTF_8);
    assertEquals(1, line.lines().count());
    assertTrue(line.contains("IllegalStateException: why"), line);
  }

  @ParameterizedTest
  @CsvSource({"plain,plain", "'',\"\"", "'a b','\"a b\"'", "a=b,\"a=b\"", "'a\"b','\"a\\\"b\"'"})
  void valuesAreQuotedIfTheyMustBe(String value, String written) {
    assertEquals(written, LogSink.quoted(value));
  }

  @Test
  void slf4jFindsThisProvider() {
    Logger logger = LoggerFactory.getLogger("any");

    assertTrue(logger instanceof LogfmtLogger);
    assertFalse(logger.isTraceEnabled());
  }
}
