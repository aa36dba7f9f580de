// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.xl.ffi.Libxl;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Java believes of libxl's headers, against what src/test/c/probe.c found in them. */
class ProbeIT {
  private static final List<String[]> LINES = new ArrayList<>();

  @BeforeAll
  static void runProbe() throws IOException, InterruptedException {
    Path probe = Path.of(System.getProperty("c.directory"), "probe");
    Process process = new ProcessBuilder(probe.toString()).redirectErrorStream(true).start();
    process.inputReader().lines().map(line -> line.split(" ")).forEach(LINES::add);
    assertEquals(0, process.waitFor());
    assertFalse(LINES.isEmpty());
  }

  private static Map<String, Long> found(String kind) {
    Map<String, Long> found = new TreeMap<>();
    LINES.stream()
        .filter(line -> line[0].equals(kind))
        .forEach(line -> found.put(line[1], Long.parseLong(line[2])));
    return found;
  }

  @Test
  void functionsAreThoseOfTheHeader() {
    TreeSet<String> called = new TreeSet<>();
    Arrays.stream(Libxl.class.getMethods()).map(Method::getName).forEach(called::add);

    assertEquals(found("function").keySet(), called);
  }

  @Test
  void errorsAreThoseOfTheHeader() {
    Map<String, Long> ours = new TreeMap<>();
    for (LibxlError error : LibxlError.values()) {
      if (error != LibxlError.UNKNOWN) {
        ours.put(error.name().toLowerCase(Locale.ROOT), (long) error.code());
      }
    }

    assertEquals(found("error"), ours);
  }

  @Test
  void shutdownReasonsAreThoseOfTheHeader() {
    TreeSet<String> ours = new TreeSet<>();
    for (ShutdownReason reason : ShutdownReason.values()) {
      if (reason != ShutdownReason.NONE && reason != ShutdownReason.UNKNOWN) {
        ours.add(reason.name().toLowerCase(Locale.ROOT));
      }
    }

    assertEquals(found("reason").keySet(), ours);
  }

  @Test
  void numbersAreThoseOfTheHeader() throws ReflectiveOperationException {
    Map<String, Long> numbers = found("number");
    for (String holder : new String[] {"LibxlContext", "LibxlLibrary", "NativeBitmap"}) {
      Class<?> type = Class.forName("dev.xenrunc.xl.ffi." + holder);
      for (Field field : type.getDeclaredFields()) {
        if (numbers.containsKey(field.getName())) {
          field.setAccessible(true);
          assertEquals(numbers.remove(field.getName()), field.getInt(null), field::getName);
        }
      }
    }

    assertEquals(0, numbers.remove("hooks.chldowner"));
    numbers.forEach((name, value) -> assertTrue(name.startsWith("sizeof"), name));
    numbers.forEach((name, size) -> assertTrue(size < 32 * 1024, name));
  }
}
