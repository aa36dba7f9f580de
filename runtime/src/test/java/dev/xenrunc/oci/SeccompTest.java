// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SeccompSpec read(String text) throws IOException {
    return JSON.readValue(text.replace('\'', '"'), SeccompSpec.class);
  }

  @Test
  void aProfileAsDockerSendsItIsValid() throws IOException {
    SeccompSpec seccomp =
        read(
            "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':1,"
                + "'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86','SCMP_ARCH_X32'],"
                + "'syscalls':[{'names':['clone'],'action':'SCMP_ACT_ALLOW','args':"
                + "[{'index':0,'value':2114060288,'op':'SCMP_CMP_MASKED_EQ'}]},"
                + "{'names':['clone3'],'action':'SCMP_ACT_ERRNO','errnoRet':38},"
                + "{'names':['personality'],'action':'SCMP_ACT_ALLOW','args':"
                + "[{'index':0,'value':18446744073709551615,'op':'SCMP_CMP_EQ'}]}]}");

    assertTrue(seccomp.isGiven());
    assertDoesNotThrow(() -> SeccompValidator.check(seccomp));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'defaultAction':'SCMP_ACT_X'} | string SCMP_ACT_X is not a valid action for seccomp",
        "{'syscalls':[{}]} | string  is not a valid action for seccomp",
        "{'defaultAction':'SCMP_ACT_ALLOW','architectures':['SCMP_ARCH_VAX']}"
            + " | string SCMP_ARCH_VAX is not a valid arch for seccomp",
        "{'defaultAction':'SCMP_ACT_ALLOW','flags':['SECCOMP_FILTER_FLAG_X']}"
            + " | seccomp flag SECCOMP_FILTER_FLAG_X is not known to runc",
        "{'defaultAction':'SCMP_ACT_ALLOW','flags':['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']}"
            + " | seccomp flag SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV is not supported: it needs"
            + " SCMP_ACT_NOTIFY, which is not",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],"
            + "'action':'SCMP_ACT_KILL','args':[{'op':'SCMP_CMP_X'}]}]}"
            + " | string SCMP_CMP_X is not a valid operator for seccomp",
        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],"
            + "'action':'SCMP_ACT_KILL','args':[{'op':'SCMP_CMP_EQ','value':-1}]}]}"
            + " | seccomp argument value -1 does not fit 64 bits",
        "{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/run/listener'}"
            + " | seccomp listenerPath is not supported: no listener on the host can answer for"
            + " the guest's system calls",
        "{'defaultAction':'SCMP_ACT_NOTIFY'} | SCMP_ACT_NOTIFY is not supported: no listener on"
            + " the host can answer for the guest's system calls",
        "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':-1}"
            + " | seccomp errnoRet -1 is negative"
      })
  void isRefused(String text, String why) throws IOException {
    SeccompSpec seccomp = read(text);

    assertEquals(
        why,
        assertThrows(BundleException.class, () -> SeccompValidator.check(seccomp)).getMessage());
  }

  @Test
  void anEmptyProfileIsNone() throws IOException {
    assertFalse(read("{'architectures':['SCMP_ARCH_VAX']}").isGiven());
  }

  @Test
  void flagsAreTheKernelsNumbers() {
    assertEquals(4, SeccompFlag.numbers(null));
    assertEquals(0, SeccompFlag.numbers(List.of()));
    assertEquals(0, SeccompFlag.numbers(List.of("SECCOMP_FILTER_FLAG_TSYNC")));
    assertEquals(
        6,
        SeccompFlag.numbers(List.of("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW")));
  }

  @Test
  void featuresTellTheSame() throws IOException {
    JsonNode features =
        JSON.readTree(Files.readAllBytes(Path.of("src/main/c/launcher/features.json")))
            .at("/linux/seccomp");
    Set<String> flags =
        Stream.of(SeccompFlag.values()).map(SeccompFlag::word).collect(Collectors.toSet());

    assertTrue(features.get("enabled").asBoolean());
    assertEquals(new TreeSet<>(SeccompValidator.ACTIONS), words(features.get("actions")));
    assertEquals(new TreeSet<>(SeccompValidator.OPERATORS), words(features.get("operators")));
    assertEquals(new TreeSet<>(SeccompValidator.ARCHITECTURES), words(features.get("archs")));
    assertEquals(new TreeSet<>(flags), words(features.get("knownFlags")));
    flags.remove(SeccompFlag.WAIT_KILLABLE_RECV.word());
    assertEquals(new TreeSet<>(flags), words(features.get("supportedFlags")));
  }

  private static Set<String> words(JsonNode list) {
    Set<String> words = new TreeSet<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }

  /** What is accepted here the compiler must know; it has a table of its own. */
  @Test
  void theCompilerKnowsTheSameWords() throws IOException {
    String source = Files.readString(Path.of("src/main/c/seccomp/words.c"));
    for (Set<String> words :
        List.of(
            SeccompValidator.ACTIONS, SeccompValidator.OPERATORS, SeccompValidator.ARCHITECTURES)) {
      words.forEach(word -> assertTrue(source.contains("\"" + word + "\""), word));
    }
  }
}
