// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small languages inside the spec: mount options, capabilities, limits, cgroup paths. */
class SpecPartsTest {
  @Test
  void mountOptionsAreToldApart() {
    MountOptions options =
        MountOptions.parse(
            List.of("rbind", "ro", "nosuid", "suid", "rprivate", "size=64k", "mode=755"));

    assertTrue(options.binds());
    assertEquals(
        MountOptions.MS_BIND | MountOptions.MS_REC | MountOptions.MS_RDONLY, options.flags());
    assertEquals(MountOptions.MS_NOSUID, options.clearFlags());
    assertEquals((1 << 18) | MountOptions.MS_REC, options.propagation());
    assertEquals("size=64k,mode=755", options.data());
    assertFalse(options.copyUp());
  }

  @Test
  void aRemountShowsNoSource() {
    MountOptions options = MountOptions.parse(List.of("rbind", "remount", "ro"));

    assertFalse(options.binds());
    assertTrue(options.remounts());
  }

  @ParameterizedTest
  @CsvSource({
    "rbind rprivate, true",
    "bind rro, true",
    "bind ro, false",
    "bind exec, false",
    "bind remount, false",
    "ro, false"
  })
  void aBindMountThatIsToldNothingKeepsWhatItsSourceHas(String options, boolean keeps) {
    assertEquals(keeps, MountOptions.parse(List.of(options.split(" "))).keepsSourceFlags());
  }

  @Test
  void theLastOfTwoOppositeOptionsWins() {
    assertFalse(readonly(List.of("ro", "rw")));
    assertTrue(readonly(List.of("rw", "ro")));
    assertEquals(0, MountOptions.parse(List.of("rw", "ro")).clearFlags());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"args\":[\"sh\",null]}", "{\"rlimits\":[null],\"args\":[]}"})
  void aNullInAListIsNamed(String process) {
    BundleException e =
        assertThrows(BundleException.class, () -> SpecReader.readProcess(process.getBytes(UTF_8)));

    assertTrue(e.getMessage().matches(".*null.*\"(args|rlimits)\".*"), e.getMessage());
  }

  @Test
  void aNullInAMapIsNamed() {
    BundleException e =
        assertThrows(
            BundleException.class,
            () -> SpecReader.read("{\"annotations\":{\"a\":null}}".getBytes(UTF_8)));

    assertTrue(e.getMessage().matches(".*null.*\"annotations\".*"), e.getMessage());
  }

  @Test
  void aHooksTimeoutFitsTheProtocol() {
    Spec spec =
        SpecReader.read(
            "{\"hooks\":{\"poststop\":[{\"path\":\"/a\",\"timeout\":2147483647}]}}"
                .getBytes(UTF_8));

    assertEquals(4_294_967, spec.hooks().poststop().get(0).timeout());
  }

  @Test
  void aProcessBesideTakesFromTheMainOneWhatItDoesNotSay() {
    ProcessSpec main =
        SpecReader.readProcess(
            ("{\"user\":{\"uid\":5,\"umask\":39},\"oomScoreAdj\":7,"
                    + "\"rlimits\":[{\"type\":\"RLIMIT_AS\",\"soft\":1,\"hard\":1}],"
                    + "\"ioPriority\":{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":3}}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    ProcessSpec other =
        SpecReader.readProcess(
            ("{\"user\":{\"uid\":6,\"umask\":1},\"oomScoreAdj\":8,"
                    + "\"ioPriority\":{\"class\":\"IOPRIO_CLASS_IDLE\"}}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));

    ProcessSpec beside = other.execdWith(main);

    assertEquals(6, beside.user().uid());
    assertEquals(39L, beside.user().umask());
    assertEquals(7, beside.oomScoreAdj());
    assertEquals(main.rlimits(), beside.rlimits());
    assertEquals(3 << 13, beside.ioPriority().number());
  }

  @Test
  void tmpcopyupIsNoOptionOfTheFileSystem() {
    MountOptions options = MountOptions.parse(List.of("tmpcopyup", "noexec"));

    assertTrue(options.copyUp());
    assertEquals("", options.data());
    assertEquals(MountOptions.MS_NOEXEC, options.flags());
  }

  @Test
  void recursiveOptionsCountLast() {
    assertEquals(
        MountOptions.parse(List.of("ro", "nodev")).flags(),
        MountOptions.parse(List.of("rro", "rnodev")).flags());
    assertTrue(readonly(List.of("rro", "rw")));
    assertFalse(readonly(List.of("rrw", "ro")));
    assertFalse(readonly(List.of("rro", "rrw")));
  }

  @Test
  void capabilitiesAreTheKernelsBits() {
    assertEquals(1, CapabilitySet.bits(List.of("CAP_CHOWN")));
    assertEquals(1L << 40, CapabilitySet.bits(List.of("CAP_CHECKPOINT_RESTORE")));
    assertEquals(0, CapabilitySet.bits(List.of("sys_admin", "cap_chown", "CHOWN")));
    assertEquals(0, CapabilitySet.bits(List.of("CAP_FLY")));
    assertFalse(CapabilitySet.knows("CAP_FLY"));
  }

  @ParameterizedTest
  @CsvSource({"RLIMIT_CPU,0", "RLIMIT_NOFILE,7", "RLIMIT_RTTIME,15"})
  void rlimitsHaveTheKernelsNumbers(String type, int number) {
    assertEquals(Optional.of(number), RlimitKind.of(type).map(RlimitKind::number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOFILE", "RLIMIT_nofile", "RLIMIT_", ""})
  void otherRlimitsAreUnknown(String type) {
    assertTrue(RlimitKind.of(type).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "/docker/abc,/docker/abc",
    "docker/abc,/docker/abc",
    "/a/../../b,/b",
    "/a//b/,/a/b",
    "'',/id"
  })
  void cgroupfsPaths(String given, String path) {
    assertEquals(new CgroupPlace.Path(path), CgroupPlace.of(given, false, "id"));
  }

  @ParameterizedTest
  @CsvSource({
    "system.slice:docker:abc,docker-abc.scope,system.slice",
    ":docker:abc,docker-abc.scope,system.slice",
    "user.slice::abc,abc.scope,user.slice",
    "'',runc-id.scope,system.slice"
  })
  void systemdScopes(String given, String unit, String slice) {
    assertEquals(new CgroupPlace.Scope(unit, slice), CgroupPlace.of(given, true, "id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docker/abc", "a:b", "a:b:c:d", "noslice:docker:abc", "a.slice:b:"})
  void otherPathsAreNoSystemdScopes(String given) {
    assertThrows(BundleException.class, () -> CgroupPlace.of(given, true, "id"));
  }

  @Test
  void theRootOfTheHierarchyIsNobodys() {
    assertThrows(BundleException.class, () -> CgroupPlace.of("/", false, "id"));
    assertThrows(BundleException.class, () -> CgroupPlace.of("/a/..", false, "id"));
  }

  @Test
  void whatABindMountSaysOfItsSourceIsTheHosts() {
    MountOptions options =
        MountOptions.parse(List.of("rbind", "nosuid", "ro", "noatime", "rro", "rnodev"));

    assertEquals(
        MountOptions.MS_REC
            | MountOptions.MS_RDONLY
            | MountOptions.MS_NOSUID
            | MountOptions.MS_NODEV
            | MountOptions.MS_NOATIME,
        options.sourceFlags());
    assertEquals(MountOptions.MS_RDONLY | MountOptions.MS_NODEV, options.recursiveSourceFlags());
    assertEquals(0, MountOptions.parse(List.of("bind", "sync")).sourceFlags());
  }

  private static boolean readonly(List<String> options) {
    return (MountOptions.parse(options).sourceFlags() & MountOptions.MS_RDONLY) != 0;
  }
}
