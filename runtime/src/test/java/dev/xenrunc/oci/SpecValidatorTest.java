package dev.xenrunc.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ObjectNode spec;

  @BeforeEach
  void readGoodSpec() throws IOException {
    spec = (ObjectNode) JSON.readTree(getClass().getResourceAsStream("good.json"));
  }

  @Test
  void aUsualSpecIsAcceptedWithoutWarnings() {
    assertEquals(List.of(), validate());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ociVersion | null | ociVersion is missing",
        "/ociVersion | \"2.0.0\" | ociVersion 2.0.0 is not supported, only 1.x is",
        "/ociVersion | \"1\" | ociVersion \"1\" is no version",
        "/process | null | process is missing",
        "/process/args | [] | process.args must not be empty",
        "/process/cwd | \"tmp\" | process.cwd must be an absolute path, not \"tmp\"",
        "/process/rlimits | [{\"type\":\"RLIMIT_X\"}] | invalid rlimit type: \"RLIMIT_X\"",
        "/process/rlimits | [{\"type\":\"RLIMIT_AS\"},{\"type\":\"RLIMIT_AS\"}]"
            + " | rlimit RLIMIT_AS is given twice",
        "/root | null | root.path is missing",
        "/windows | {} | the spec is for another operating system than Linux",
        "/linux/uidMappings | [{}] | uidMappings and gidMappings are not supported",
        "/linux/netDevices | {\"eth0\":{}} | netDevices are not supported",
        "/linux/rootfsPropagation | \"up\" | rootfsPropagation=up is not supported",
        "/hooks | {\"prestart\":[{\"path\":\"true\"}]} | hook path \"true\" is not absolute",
        "/mounts | [{\"type\":\"tmpfs\"}] | a mount has no destination",
        "/mounts | [{\"destination\":\"/a\"}] | mount of \"/a\" has no type",
        "/mounts | [{\"destination\":\"/a\",\"type\":\"bind\"}]"
            + " | mount of \"/a\": a bind mount needs a source",
        "/mounts | [{\"destination\":\"/a\",\"type\":\"bind\",\"source\":\"/b\",\"uidMappings\":[{}]}]"
            + " | mount of \"/a\": idmapped mounts are not supported",
        "/mounts | [{\"destination\":\"/a\",\"type\":\"bind\",\"source\":\"/b\",\"options\":[\"idmap\"]}]"
            + " | mount option \"idmap\" is not supported"
      })
  void isRefused(String where, String value, String why) throws IOException {
    set(where, value);

    assertEquals(why, assertThrows(BundleException.class, this::validate).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"type\":\"pid\"}] | the spec has no network namespace",
        "[] | the spec has no network namespace",
        "[{\"type\":\"network\"},{\"type\":\"user\"}] | user namespaces are not supported",
        "[{\"type\":\"network\"},{\"type\":\"moon\"}] | namespace \"moon\" does not exist",
        "[{\"type\":\"network\"},{\"type\":\"network\"}] | malformed spec file: duplicated ns",
        "[{\"type\":\"network\"},{\"type\":\"ipc\",\"path\":\"/proc/9/ns/ipc\"}]"
            + " | joining the ipc namespace /proc/9/ns/ipc is not supported"
      })
  void namespacesAreRefused(String namespaces, String why) throws IOException {
    set("/linux/namespaces", namespaces);

    String message = assertThrows(BundleException.class, this::validate).getMessage();
    assertTrue(message.startsWith(why), message);
  }

  @Test
  void theHostsPidNamespaceIsTheGuestsWithAWarning() throws IOException {
    set("/linux/namespaces", "[{\"type\":\"network\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}]");

    assertEquals(List.of("pid namespace of the host: the guest's is meant"), validate());
  }

  @Test
  void whatHasNoEffectIsTold() throws IOException {
    set("/linux/seccomp", "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{}]}");
    set("/process/apparmorProfile", "\"docker-default\"");

    assertEquals(List.of("seccomp", "apparmorProfile"), validate());
  }

  @Test
  void unknownMembersAreIgnored() throws IOException {
    set("/moon", "{\"phase\":\"full\"}");
    set("/linux/moon", "[1,2]");

    assertEquals(List.of(), validate());
  }

  @Test
  void fieldsThatNobodyReadsAreToldIfTheyAskForSomething() throws IOException {
    set("/moon", "{\"phase\":\"full\"}");
    set("/linux/moon", "[0,{\"a\":false,\"b\":[null,\"\"]}]");
    set("/mounts/0/moon", "0.5");
    set("/linux/seccomp", "{\"moon\":true}");
    Set<String> unread = new TreeSet<>();
    SpecReader.read(JSON.writeValueAsBytes(spec), unread);

    assertEquals(Set.of("moon", "mounts[].moon", "linux.resources.devices"), unread);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{", "{} {}", "\"x\"", "{\"process\":[]}", "{\"mounts\":{}}"})
  void brokenJsonIsRefusedInOneLine(String json) {
    BundleException e =
        assertThrows(
            BundleException.class, () -> SpecReader.read(json.getBytes(StandardCharsets.UTF_8)));
    assertTrue(e.getMessage().startsWith("config.json"), e.getMessage());
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"annotations\":" + "[".repeat(10_000);

    assertThrows(
        BundleException.class, () -> SpecReader.read(deep.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> validate() {
    try {
      return SpecValidator.validate(SpecReader.read(JSON.writeValueAsBytes(spec)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void set(String where, String value) throws IOException {
    int slash = where.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) spec.at(where.substring(0, slash));
    parent.set(where.substring(slash + 1), JSON.readTree(value));
  }
}
