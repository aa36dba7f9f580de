// SPDX-License-Identifier: Apache-2.0
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
        "/process | null | process property must not be empty",
        "/process/args | [] | args must not be empty",
        "/process/cwd | \"tmp\" | Cwd must be an absolute path",
        "/process/rlimits | [{\"type\":\"RLIMIT_X\"}] | wrong rlimit value: RLIMIT_X",
        "/process/cwd | \"\" | Cwd property must not be empty",
        "/process/env | [\"A\"] | invalid environment variable: missing '=' in \"A\"",
        "/process/env | [\"=1\"] | invalid environment variable: name cannot be empty",
        "/process/user | {\"uid\":4294967296}"
            + " | json: cannot unmarshal number 4294967296 into Go struct field"
            + " User.process.user.uid of type uint32",
        "/process/user | {\"gid\":-1} | json: cannot unmarshal number -1 into Go struct field"
            + " User.process.user.gid of type uint32",
        "/process/user | {\"additionalGids\":[4294967296]}"
            + " | json: cannot unmarshal number 4294967296 into Go struct field"
            + " User.process.user.additionalGids of type uint32",
        "/process/scheduler | {} | scheduler policy is required",
        "/process/scheduler | {\"policy\":\"SCHED_X\"} | invalid scheduler policy: SCHED_X",
        "/process/scheduler | {\"policy\":\"SCHED_OTHER\",\"nice\":20}"
            + " | invalid scheduler.nice: 20 when scheduler.policy is SCHED_OTHER",
        "/process/scheduler | {\"policy\":\"SCHED_IDLE\",\"priority\":1}"
            + " | scheduler.priority can only be specified for SchedFIFO or SchedRR policy",
        "/process/scheduler | {\"policy\":\"SCHED_FIFO\",\"priority\":1,\"runtime\":5}"
            + " | scheduler runtime/deadline/period can only be specified for SchedDeadline policy",
        "/process/scheduler | {\"policy\":\"SCHED_RR\",\"flags\":[\"SCHED_FLAG_X\"]}"
            + " | invalid scheduler flag: SCHED_FLAG_X",
        "/process/ioPriority | {\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}"
            + " | invalid ioPriority.Priority: 8",
        "/process/ioPriority | {\"class\":\"IOPRIO_CLASS_X\",\"priority\":0}"
            + " | invalid ioPriority.Class: \"IOPRIO_CLASS_X\"",
        "/linux/personality | {\"domain\":\"MINIX\"} | invalid personality domain MINIX",
        "/process/args | [\"a\\u0000b\"] | process.args holds a NUL byte",
        "/process/env | [\"A=\\u0000\"] | process.env holds a NUL byte",
        "/process/cwd | \"/a\\u0000\" | process.cwd holds a NUL byte",
        "/root/path | \"a\\u0000\" | root.path holds a NUL byte",
        "/hostname | \"a\\u0000\" | hostname holds a NUL byte",
        "/hooks | {\"poststop\":[{\"path\":\"/a\\u0000\"}]} | hook path holds a NUL byte",
        "/hooks | {\"startContainer\":[{\"path\":\"/a\",\"args\":[\"\\u0000\"]}]}"
            + " | hook args holds a NUL byte",
        "/process/rlimits | [{\"type\":\"RLIMIT_AS\"},{\"type\":\"RLIMIT_AS\"}]"
            + " | rlimit RLIMIT_AS is given twice",
        "/root | null | root.path is missing",
        "/windows | {} | the spec is for another operating system than Linux",
        "/vm | {\"hypervisor\":{\"path\":\"/bin/sh\"}}"
            + " | vm.hypervisor: the hypervisor is the Xen that runs this host",
        "/vm | {\"image\":{\"path\":\"/i\",\"format\":\"raw\"}}"
            + " | vm.image: the guest boots an initramfs, and the container's files are root.path",
        "/vm | {\"kernel\":{}} | vm.kernel.path must be an absolute path, not \"\"",
        "/vm | {\"kernel\":{\"path\":\"k\"}} | vm.kernel.path must be an absolute path, not \"k\"",
        "/vm | {\"kernel\":{\"path\":\"/k\",\"initrd\":\"i\"}}"
            + " | vm.kernel.initrd must be an absolute path, not \"i\"",
        "/vm | {\"kernel\":{\"path\":\"/k\",\"parameters\":[\"\\u00e9\"]}}"
            + " | vm.kernel.parameters: \"\u00e9\" is not printable ASCII",
        "/vm | {\"hwConfig\":{\"irqs\":[3]}}"
            + " | vm.hwConfig: iomems and irqs would give the guest the host's devices",
        "/vm | {\"hwConfig\":{\"dtdevs\":[\"a\"]}} | vm.hwConfig: deviceTree and dtdevs are for Arm",
        "/vm | {\"hwConfig\":{\"vcpus\":0}} | vm.hwConfig.vcpus is not between 1 and 128: 0",
        "/vm | {\"hwconfig\":{\"memory\":-1}}"
            + " | vm.hwConfig.memory is not between 1 and 17592186044416 bytes: -1",
        "/linux/uidMappings | [{}] | uidMappings and gidMappings are not supported",
        "/linux/netDevices | {\"eth0\":{}} | netDevices are not supported",
        "/linux/rootfsPropagation | \"up\" | rootfsPropagation=up is not supported",
        "/hooks | {\"prestart\":[{\"path\":\"true\"}]} | hook path \"true\" is not absolute",
        "/mounts | [{\"type\":\"tmpfs\"}] | a mount has no destination",
        "/mounts | [{\"destination\":\"/a\"}] | mount of \"/a\" has no type",
        "/mounts | [{\"destination\":\"/a\",\"type\":\"overlay\",\"source\":\"o\",\"options\":[\"lowerdir=/\"]}]"
            + " | error mounting \"o\" to rootfs at \"/a\": the guest makes no file system of type"
            + " \"overlay\" from what the host has: no such device",
        "/linux/devices | [{\"path\":\"/dev/x\",\"type\":\"z\"}] | invalid device type \"z\"",
        "/linux/sysctl | {\"kernel.panic\":\"1\"}"
            + " | sysctl \"kernel.panic\" is not in a separate kernel namespace",
        "/linux/sysctl | {\"vm/swappiness\":\"1\"}"
            + " | sysctl \"vm.swappiness\" is not in a separate kernel namespace",
        "/linux/sysctl | {\"kernel.hostname\":\"x\"}"
            + " | sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI"
            + " \"hostname\" field",
        "/mounts | [{\"destination\":\"/a\",\"type\":\"bind\",\"options\":[\"bind\"]}]"
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
    set(
        "/linux/namespaces",
        "[{\"type\":\"network\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"mount\"}]");

    assertEquals(List.of("pid namespace of the host: the guest's is meant"), validate());
  }

  @Test
  void whatHasNoEffectIsTold() throws IOException {
    set("/linux/intelRdt", "{}");
    set("/linux/personality", "{\"domain\":\"LINUX32\",\"flags\":[\"X\"]}");
    set("/process/apparmorProfile", "\"docker-default\"");
    set("/process/capabilities/bounding", "[\"CAP_FLY\",\"CAP_KILL\",\"cap_chown\"]");

    assertEquals(
        List.of(
            "intelRdt",
            "personality flags",
            "apparmorProfile",
            "unknown capabilities [CAP_FLY, cap_chown]"),
        validate());
  }

  @Test
  void sysctlsOfTheContainersNamespacesAreAccepted() throws IOException {
    set(
        "/linux/sysctl",
        "{\"kernel.shmmni\":\"1\",\"fs.mqueue.msg_max\":\"1\",\"kernel.domainname\":\"a\","
            + "\"net/ipv4/conf/eth0.1/forwarding\":\"1\"}");

    assertEquals(List.of(), validate());
  }

  @Test
  void sysctlsOfTheHostsIpcNamespaceAreRefused() throws IOException {
    set("/linux/namespaces", "[{\"type\":\"network\"},{\"type\":\"uts\"},{\"type\":\"mount\"}]");
    set("/linux/sysctl", "{\"kernel.shmmni\":\"1\"}");

    assertEquals(
        "sysctl \"kernel.shmmni\" is not allowed in the hosts ipc namespace",
        assertThrows(BundleException.class, this::validate).getMessage());
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

    assertEquals(Set.of("moon", "mounts[].moon", "linux.seccomp.moon"), unread);
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
