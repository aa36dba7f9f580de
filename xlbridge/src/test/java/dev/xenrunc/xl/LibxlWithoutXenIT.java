// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.ffi.CallFailedException;
import dev.xenrunc.xl.ffi.LibxlContext;
import dev.xenrunc.xl.ffi.LibxlLibrary;
import dev.xenrunc.xl.ffi.LibxlType;
import dev.xenrunc.xl.ffi.TypedObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real libxenlight of this machine in this JVM, in the world of src/test/c/noxen.c. */
class LibxlWithoutXenIT {
  private static final Path LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu");

  @TempDir private Path directory;
  private XenHost host;
  private LibxlToolstack toolstack;

  @BeforeEach
  void makeHost() throws IOException {
    String version = installedVersion();
    Files.writeString(directory.resolve("major"), version.split("\\.")[0] + "\n");
    Files.writeString(directory.resolve("minor"), version.split("\\.")[1] + "\n");
    host =
        new XenHost(
            directory,
            List.of(LIBRARIES),
            directory.resolve("no-xenstored"),
            directory.resolve("logs"));
    toolstack = new LibxlToolstack(host);
  }

  @AfterEach
  void close() {
    toolstack.close();
  }

  private static String installedVersion() throws IOException {
    String prefix = "libxenlight.so.";
    try (var files = Files.newDirectoryStream(LIBRARIES, prefix + "4.??")) {
      return files.iterator().next().getFileName().toString().substring(prefix.length());
    }
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  private static Domain domain(int number) {
    return new Domain(new Domid(number), new UUID(0, number));
  }

  private LibxlContext context() throws CallFailedException, IOException {
    Files.createDirectories(host.logs());
    return LibxlLibrary.load(host.libxl()).open(host.logs().resolve("libxl-1.log"));
  }

  @Test
  void everyLeafOfOurConfigurationsComesBack() throws Exception {
    try (LibxlContext context = context()) {
      assertKept(context, LibxlType.DOMAIN_CONFIG, LibxlJson.of(Samples.bare()));
      assertKept(context, LibxlType.DOMAIN_CONFIG, LibxlJson.of(Samples.full()));
      assertKept(context, LibxlType.DOMAIN_SCHED_PARAMS, LibxlJson.share(Samples.full().size()));
      assertKept(context, LibxlType.DEVICE_NIC, LibxlJson.of(Samples.vif()));
      assertKept(context, LibxlType.DEVICE_DISK, LibxlJson.of(Samples.vbd(Vbd.Access.READ_ONLY)));
      assertKept(context, LibxlType.DEVICE_DISK, LibxlJson.of(Samples.vbd(Vbd.Access.READ_WRITE)));
    }
  }

  private static void assertKept(LibxlContext context, LibxlType type, String json)
      throws CallFailedException {
    try (TypedObject object = context.parse(type, json)) {
      String kept = object.readBack();
      assertDoesNotThrow(() -> ReadBack.check(type.cName(), json, kept), kept);
    }
  }

  /** What libxl drops without a word, the comparison must name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mtu\":1500          | \"mtu\":\"1500\"       | mtu",
        "\"mtu\":1500          | \"mtuu\":1500          | mtuu",
        "\"mtu\":1500          | \"mtu\":1500.0         | mtu",
        "\"nictype\":\"vif\"   | \"nictype\":[]         | nictype",
        "\"nictype\":\"vif\"   | \"nictype\":\"VIF\"    | nictype",
        "\"devid\":0           | \"devid\":true         | devid",
        "\"devid\":0           | \"devid\":0,\"new\":{} | new",
      })
  void leafThatLibxlDropsIsNamed(String ours, String theirs, String leaf) throws Exception {
    String json = LibxlJson.of(Samples.vif()).replace(ours.strip(), theirs.strip());

    try (LibxlContext context = context();
        TypedObject object = context.parse(LibxlType.DEVICE_NIC, json)) {
      String kept = object.readBack();
      ReadBackException e =
          assertThrows(
              ReadBackException.class, () -> ReadBack.check("libxl_device_nic", json, kept));
      assertTrue(
          e.getMessage().contains("understand " + leaf + " of libxl_device_nic"), e::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"devid\":-5000000000}", "{\"mac\":\"nonsense\"}"})
  void documentThatLibxlRefusesIsAnError(String json) throws Exception {
    try (LibxlContext context = context()) {
      CallFailedException e =
          assertThrows(CallFailedException.class, () -> context.parse(LibxlType.DEVICE_NIC, json));
      assertEquals("libxl_device_nic_from_json", e.call());
      assertTrue(e.code() < 0);
    }
  }

  @Test
  void listHasAllDomainsButDom0() {
    Map<Domain, DomainState> expected =
        Map.of(
            domain(5), DomainState.RUNNING,
            domain(6), DomainState.SHUTDOWN,
            domain(7), DomainState.PAUSED,
            domain(8), DomainState.SHUTDOWN,
            domain(9), DomainState.DYING);

    List<DomainInfo> all = toolstack.list(soon());

    assertEquals(expected.size(), all.size());
    all.forEach(info -> assertEquals(expected.get(info.domain()), info.state()));
  }

  @Test
  void infoTellsWhatXenSays() {
    DomainInfo running = toolstack.info(domain(5), soon()).orElseThrow();

    assertEquals(65536, running.memoryKib());
    assertEquals(Duration.ofMillis(1500), running.cpuTime());
    assertEquals(2, running.vcpusOnline());
    assertEquals(ShutdownReason.NONE, running.reason());
    assertEquals(ShutdownReason.CRASH, toolstack.info(domain(6), soon()).orElseThrow().reason());
    assertEquals(ShutdownReason.POWEROFF, toolstack.info(domain(8), soon()).orElseThrow().reason());
  }

  @Test
  void domainIsFoundByItsUuid() {
    assertEquals(Optional.of(domain(7)), toolstack.find(new UUID(0, 7), soon()));
    assertEquals(Optional.empty(), toolstack.find(new UUID(7, 7), soon()));
  }

  @Test
  void domidOfAnotherIsNotActedOn() {
    Domain stranger = new Domain(new Domid(6), new UUID(0, 5));
    Domain nobody = domain(77);

    assertEquals(Optional.empty(), toolstack.info(stranger, soon()));
    assertEquals(Optional.empty(), toolstack.info(nobody, soon()));
    // Xen refuses to pause domain 6: it would be another exception if it were asked.
    assertThrows(DomainGoneException.class, () -> toolstack.pause(stranger, soon()));
    assertThrows(DomainGoneException.class, () -> toolstack.pause(nobody, soon()));
    assertThrows(
        DomainGoneException.class, () -> toolstack.addVif(stranger, Samples.vif(), soon()));
    assertThrows(
        DomainGoneException.class, () -> toolstack.resize(stranger, Size.of(1, 65536), soon()));
    assertDoesNotThrow(() -> toolstack.destroy(stranger, soon()));
    assertEquals(Optional.empty(), toolstack.label(stranger, "id", soon()));
  }

  @Test
  void failedCallSaysWhatLibxlLogged() {
    toolstack.pause(domain(5), soon());

    LibxlException e = assertThrows(LibxlException.class, () -> toolstack.pause(domain(6), soon()));

    assertEquals(LibxlError.FAIL, e.error());
    assertEquals("libxl_domain_pause: Pausing domain: Operation not permitted", e.getMessage());
  }

  @Test
  void callThatHangsIsLeftAtTheDeadlineAndOthersGoOn() {
    Deadline deadline = Deadline.after(Duration.ofMillis(300));
    long start = System.nanoTime();

    assertThrows(DeadlineExceededException.class, () -> toolstack.pause(domain(7), deadline));

    assertDoesNotThrow(() -> toolstack.pause(domain(5), soon()));
    assertTrue(System.nanoTime() - start < Duration.ofMillis(2500).toNanos());
  }

  @Test
  void memoryIsComparedWithWhatXenHasFree() {
    HostMemory memory = toolstack.memoryFor(Samples.bare(), soon());

    assertEquals(1024 * 1024, memory.freeKib());
    assertTrue(memory.neededKib() > 65536, () -> "needs " + memory.neededKib());
    assertTrue(memory.neededKib() < 65536 + 16384, () -> "needs " + memory.neededKib());
  }

  private DomainConfig bootable(long memoryKib) throws IOException {
    Path kernel = Files.write(directory.resolve("vmlinux"), new byte[16]);
    Boot boot = new Boot(kernel, kernel, "");
    Size size = Size.of(1, memoryKib);
    return new DomainConfig(
        "web", Samples.ID, boot, size, TscMode.NATIVE, Map.of(), List.of(), List.of());
  }

  /** Xen refuses every domain here; there is 1 GiB free. */
  @Test
  void domainThatDoesNotFitIsToldSo() throws IOException {
    DomainConfig large = bootable(2 * 1024 * 1024);
    DomainConfig small = bootable(65536);

    String text =
        assertThrows(NoMemoryException.class, () -> toolstack.createPaused(large, soon()))
            .getMessage();
    LibxlException e =
        assertThrows(LibxlException.class, () -> toolstack.createPaused(small, soon()));

    assertTrue(
        text.matches("no memory left for the domain: it needs 20\\d\\d MiB, Xen has 1024 MiB free"),
        text);
    assertEquals(
        "libxl_domain_create_new: domain creation fail: Cannot allocate memory", e.getMessage());
  }

  @Test
  void missingKernelIsNamedBeforeAnythingIsMade() {
    HostException e =
        assertThrows(HostException.class, () -> toolstack.createPaused(Samples.bare(), soon()));

    assertEquals("guest kernel /usr/lib/xen-runc/vmlinux: cannot be read", e.getMessage());
  }

  @Test
  void hostWithoutXenIsNamed() {
    XenHost none = new XenHost(directory.resolve("none"), List.of(), directory, host.logs());
    try (LibxlToolstack lost = new LibxlToolstack(none)) {
      HostException e = assertThrows(HostException.class, () -> lost.list(soon()));
      assertTrue(e.getMessage().startsWith("this host does not run Xen: cannot read "));
    }
  }

  @Test
  void libxlOfAnotherXenIsNotTaken() throws IOException {
    Files.writeString(directory.resolve("minor"), "3\n");

    HostException e = assertThrows(HostException.class, () -> toolstack.list(soon()));

    assertTrue(e.getMessage().startsWith("libxenlight.so.4.3 is missing"), e::getMessage);
  }

  @Test
  void rehearsalReachesLibxl() throws Exception {
    assertEquals("5 domains", Rehearsal.run(Samples.full()));
  }

  /** In a JVM of its own: what happens first there is what matters. */
  @Test
  void firstChildOfTheJvmNeitherEndsLibxlsHandlerNorLosesItsExitCode() throws Exception {
    Files.createDirectories(host.logs());
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                SigchldOrder.class.getName(),
                host.libxl().toString(),
                host.logs().resolve("libxl-1.log").toString())
            .redirectErrorStream(true)
            .start();

    List<String> said = jvm.inputReader().lines().toList();

    assertEquals(List.of("true", "true true"), said);
    assertEquals(5, jvm.waitFor());
  }

  @Test
  void exitCodesOfJavasOwnChildrenAreTheirs() throws Exception {
    try (LibxlContext context = context()) {
      assertTrue(context.info(5).isPresent());
      for (int code : new int[] {0, 5, 255}) {
        Process child = new ProcessBuilder("/bin/sh", "-c", "exit " + code).start();
        assertEquals(code, child.waitFor());
      }
    }
  }
}
