// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainPlannerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DomainIdentity IDENTITY =
      new DomainIdentity(
          UUID.fromString("11111111-2222-3333-4444-555555555555"), "/run/runc", "web", "0a1b2c3d");

  @Test
  void aDockerSpecMakesTheGoldenDomain() throws IOException {
    DomainConfig planned =
        planner(Set.of())
            .plan(
                spec(
                    "{\"memory\":{\"limit\":268435457},"
                        + "\"cpu\":{\"shares\":512,\"quota\":150000,\"period\":100000}}",
                    "{}"),
                IDENTITY);

    assertEquals(
        JSON.readTree(getClass().getResourceAsStream("golden.json")),
        JSON.readTree(JSON.writeValueAsString(planned)));
  }

  @ParameterizedTest
  @CsvSource({
    "{}, 131072",
    "{\"memory\":{\"limit\":-1}}, 131072",
    "{\"memory\":{\"limit\":0}}, 131072",
    "{\"memory\":{\"limit\":6291456}}, 49152",
    "{\"memory\":{\"limit\":67108864}}, 84992",
    "{\"memory\":{\"limit\":134217728}}, 151552",
    "{\"memory\":{\"limit\":134217729}}, 153600"
  })
  void memoryIsTheLimitAndTheOverheadInWholeMebibytes(String resources, long kib) {
    assertEquals(kib, plan(resources).size().memoryKib());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; 1; 0",
        "{\"cpu\":{\"quota\":-1}}; 1; 0",
        "{\"cpu\":{\"quota\":50000}}; 1; 50",
        "{\"cpu\":{\"quota\":50000,\"period\":50000}}; 1; 0",
        "{\"cpu\":{\"quota\":150000,\"period\":100000}}; 2; 150",
        "{\"cpu\":{\"quota\":1,\"period\":1000000}}; 1; 1",
        "{\"cpu\":{\"quota\":1600000,\"period\":100000}}; 4; 0",
        "{\"cpu\":{\"quota\":9223372036854775807,\"period\":1}}; 4; 0",
        "{\"cpu\":{\"cpus\":\"1-2\"}}; 2; 0",
        "{\"cpu\":{\"cpus\":\"0-9\"}}; 4; 0",
        "{\"cpu\":{\"cpus\":\"3\",\"quota\":250000}}; 1; 0",
        "{\"cpu\":{\"cpus\":\"0-3\",\"quota\":150000}}; 2; 150"
      })
  void aQuotaIsVcpusAndACap(String resources, int vcpus, int cap) {
    assertEquals(vcpus, plan(resources).size().vcpus());
    assertEquals(cap, plan(resources).size().capPercent());
  }

  @ParameterizedTest
  @CsvSource({"1024,256", "2,1", "512,128", "262144,65535", "9223372036854775807,65535"})
  void sharesAreAWeight(long shares, int weight) {
    assertEquals(weight, plan("{\"cpu\":{\"shares\":" + shares + "}}").size().weight());
  }

  @ParameterizedTest
  @CsvSource({
    "CAP_NET_ADMIN, vmlinux-admin",
    "CAP_SYS_ADMIN, vmlinux-admin",
    "CAP_NET_RAW, vmlinux",
    "NO_SUCH_CAP, vmlinux"
  })
  void whoMayAdministerTheNetworkHasTheKernelForIt(String capability, String kernel) {
    Spec spec =
        SpecReader.read(
            ("{\"ociVersion\":\"1.0.2\",\"process\":{\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\""
                    + capability
                    + "\"]}}}")
                .getBytes(StandardCharsets.UTF_8));

    assertEquals(
        Path.of("/usr/lib/xen-runc", kernel),
        planner(Set.of()).plan(spec, IDENTITY).boot().kernel());
  }

  @Test
  void withoutCapabilitiesItHasTheSmallOne() {
    Spec spec = spec("{}", "{}");

    assertEquals(
        Path.of("/usr/lib/xen-runc/vmlinux"),
        planner(Set.of()).plan(spec, IDENTITY).boot().kernel());
  }

  @Test
  void annotationsCountOnlyIfTheHostAllowsThem() {
    Spec spec = spec("{}", "{\"org.xen-runc.memory-mib\":\"512\"}");

    assertEquals(
        512 * 1024, planner(Set.of(Annotations.MEMORY)).plan(spec, IDENTITY).size().memoryKib());
    assertThrows(BundleException.class, () -> planner(Set.of()).plan(spec, IDENTITY));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "1G", "99999999", "''"})
  void anAnnotationThatIsNoNumberIsRefused(String text) {
    Spec spec = spec("{}", "{\"org.xen-runc.vcpus\":\"" + text + "\"}");

    assertThrows(
        BundleException.class, () -> planner(Set.of(Annotations.VCPUS)).plan(spec, IDENTITY));
  }

  @Test
  void settingsThatFollowTheHostsAreThoseOfConfigAndAnnotation() {
    Spec spec =
        spec("{}", "{\"org.xen-runc.host-sysctls\":\"vm.dirty_ratio,net.ipv4.tcp_fastopen\"}");

    assertEquals(
        List.of("vm.dirty_ratio", "net.ipv4.tcp_fastopen"),
        planner(Set.of(Annotations.HOST_SYSCTLS)).hostSysctls(spec));
    assertThrows(BundleException.class, () -> planner(Set.of()).hostSysctls(spec));
  }

  @ParameterizedTest
  @CsvSource({"x", "..", "vm..x", "vm./etc/passwd", "vm.x/../../shadow", "''", "'vm.x, vm.y'"})
  void aSettingWithoutAProperNameIsRefused(String names) {
    Spec spec = spec("{}", "{\"org.xen-runc.host-sysctls\":\"" + names + "\"}");

    assertThrows(
        BundleException.class, () -> planner(Set.of(Annotations.HOST_SYSCTLS)).hostSysctls(spec));
  }

  @Test
  void longIdsAndOddLettersStillMakeANameForXen() {
    DomainIdentity odd = new DomainIdentity(IDENTITY.uuid(), "/r", "a+b" + "x".repeat(80), "00ff");

    assertEquals("a_b" + "x".repeat(37) + "-00ff", odd.name());
  }

  private static DomainConfig plan(String resources) {
    return planner(Set.of()).plan(spec(resources, "{}"), IDENTITY);
  }

  private static DomainPlanner planner(Set<String> annotations) {
    GuestSettings settings =
        new GuestSettings(
            Path.of("/usr/lib/xen-runc/vmlinux"),
            Path.of("/usr/lib/xen-runc/vmlinux-admin"),
            Path.of("/usr/lib/xen-runc/initramfs.cpio"),
            128,
            48,
            18,
            0,
            1,
            0,
            List.of(),
            TscMode.NATIVE,
            "",
            List.of(),
            annotations,
            GuestFiles.NONE,
            false);
    return new DomainPlanner(settings, new HostFacts(4, 8 << 20, 1 << 20));
  }

  private static Spec spec(String resources, String annotations) {
    try {
      ObjectNode spec = JSON.createObjectNode();
      spec.put("ociVersion", "1.0.2");
      spec.set("annotations", JSON.readTree(annotations));
      spec.putObject("linux").set("resources", JSON.readTree(resources));
      return SpecReader.read(spec.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
