// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every finding, on a host of plain files where all is right but for one thing. */
class HostCheckTest {
  private static final Path LIBEXEC = Path.of("/usr/lib/xen-runc");
  private static final Path LAUNCHER = Path.of("/usr/sbin/xen-runc");
  private static final Map<String, Path> GUEST = Map.of("kernel", LIBEXEC.resolve("vmlinux"));

  @TempDir private Path root;

  @BeforeEach
  void makeHost() throws IOException {
    write("/proc/xen/capabilities", "control_d\n");
    write("/sys/hypervisor/type", "xen\n");
    write("/sys/hypervisor/version/major", "4\n");
    write("/sys/hypervisor/version/minor", "20\n");
    write("/run/xenstored/socket", "");
    write("/proc/77/comm", "xenconsoled\n");
    for (String device : List.of("evtchn", "gntdev", "privcmd", "xenbus")) {
      write("/dev/xen/" + device, "");
    }
    write("/usr/lib/modules-load.d/xen-runc.conf", "# dom0\nxen-netback\ncls_u32\n");
    write("/sys/module/xen_netback/parameters/max_queues", "1\n");
    write("/proc/sys/kernel/osrelease", "6.12.1\n");
    write("/lib/modules/6.12.1/modules.builtin", "kernel/net/sched/cls_u32.ko\n");
    write("/usr/lib/xen-runc/vmlinux", "ELF");
    write("/usr/lib/xen-runc/engine.jsa", "archive");
    write("/proc/self/maps", "7f00-7f01 r--p 0 fe:01 1 /usr/lib/xen-runc/engine.jsa\n");
    write("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    write("/usr/sbin/dockerd", "");
    write(
        "/etc/docker/daemon.json", "{\"runtimes\": {\"xen\": {\"path\": \"/usr/sbin/xen-runc\"}}}");
    write("/usr/sbin/xen-runc", "");
    Files.setPosixFilePermissions(
        at("/usr/sbin/xen-runc"), PosixFilePermissions.fromString("rwxr-xr-x"));
    write("/etc/containerd/config.toml", "  BinaryName = \"/usr/sbin/xen-runc\"\n");
  }

  @Test
  void allIsRight() {
    assertEquals(List.of(), wrong());
    assertEquals(
        List.of(
            "ok     Xen: 4.20, and this is dom0",
            "ok     xenstored: /run/xenstored/socket is there",
            "ok     xenconsoled: runs",
            "ok     devices: /dev/xen/evtchn, gntdev, privcmd, xenbus",
            "ok     modules: xen-netback cls_u32",
            "ok     queues of a vif: 1",
            "ok     guest: can be read: kernel",
            "ok     class archive: /usr/lib/xen-runc/engine.jsa is used",
            "ok     cgroups: version 2",
            "ok     Docker: docker run --runtime=xen",
            "ok     containerd: /etc/containerd/config.toml names /usr/sbin/xen-runc"),
        findings().map(Finding::line).toList());
  }

  @Test
  void hostWithoutXenIsToldInOneLine() throws IOException {
    delete("/proc/xen/capabilities");
    delete("/sys/hypervisor/type");
    delete("/run/xenstored/socket");

    assertEquals(
        List.of(
            "wrong  Xen: this host does not run under Xen — install xen-system-amd64 and boot its"
                + " entry"),
        wrong());
  }

  @Test
  void guestOfXenIsNoDom0() throws IOException {
    write("/proc/xen/capabilities", "");

    assertWrong("Xen", "does not say that this is dom0");
  }

  @Test
  void oldXenIsWrong() throws IOException {
    write("/sys/hypervisor/version/minor", "16\n");

    assertWrong("Xen", "4.16 — install Xen 4.17 or later");
  }

  @Test
  void missingStoreIsWrong() throws IOException {
    delete("/run/xenstored/socket");

    assertWrong("xenstored", "is missing — systemctl restart xen");
  }

  @Test
  void missingConsoleDaemonIsWrong() throws IOException {
    delete("/proc/77/comm");

    assertWrong("xenconsoled", "does not run — systemctl restart xen");
  }

  @Test
  void missingDeviceIsNamed() throws IOException {
    delete("/dev/xen/gntdev");

    assertWrong("devices", "missing: /dev/xen/gntdev — modprobe");
  }

  @Test
  void moduleThatIsNeitherLoadedNorBuiltInIsNamed() throws IOException {
    write("/lib/modules/6.12.1/modules.builtin", "");

    assertWrong("modules", "not loaded: cls_u32 — modprobe -a cls_u32");
  }

  @Test
  void queuesAreOneOrTheAdministratorsChoice() throws IOException {
    write("/sys/module/xen_netback/parameters/max_queues", "8\n");
    assertWrong(
        "queues of a vif", "8, and a rate counts for each — echo 1 >/sys/module/xen_netback");

    write("/etc/modprobe.d/xen-runc.conf", "options xen_netback max_queues=8\n");
    assertEquals(List.of(), wrong());
  }

  @Test
  void missingListOfModulesIsWrong() throws IOException {
    delete("/usr/lib/modules-load.d/xen-runc.conf");

    assertWrong("modules", "names none");
  }

  @Test
  void missingAndEmptyKernelsAreWrong() throws IOException {
    write("/usr/lib/xen-runc/vmlinux", "");
    assertWrong("guest", "kernel /usr/lib/xen-runc/vmlinux cannot be read or is empty");

    delete("/usr/lib/xen-runc/vmlinux");
    assertWrong("guest", "kernel /usr/lib/xen-runc/vmlinux cannot be read or is empty");
  }

  @Test
  void archiveThatIsNotUsedIsWrong() throws IOException {
    write("/proc/self/maps", "7f00-7f01 r--p 0 fe:01 1 /usr/lib/jvm/classes.jsa\n");
    assertWrong("class archive", "is of other jars or another Java — run");

    delete("/usr/lib/xen-runc/engine.jsa");
    assertWrong("class archive", "is missing — run /usr/lib/xen-runc/make-cds");
  }

  @Test
  void missingCgroupsAreWrong() throws IOException {
    delete("/sys/fs/cgroup/cgroup.controllers");

    assertWrong("cgroups", "none below /sys/fs/cgroup");
  }

  @Test
  void dockerWithoutTheRuntimeIsWrong() throws IOException {
    write("/etc/docker/daemon.json", "{\"runtimes\": {\"other\": {\"path\": \"/bin/other\"}}}");
    assertWrong("Docker", "has no runtime with the path /usr/sbin/xen-runc — have {\"runtimes\"");

    delete("/etc/docker/daemon.json");
    assertWrong("Docker", "has no runtime with the path /usr/sbin/xen-runc");
  }

  @Test
  void dockerFindsAProgramByItsName() throws IOException {
    write("/etc/docker/daemon.json", "{\"runtimes\": {\"xen\": {\"path\": \"xen-runc\"}}}");
    assertTrue(findings().anyMatch(Finding.right("Docker", "docker run --runtime=xen")::equals));

    write(
        "/etc/docker/daemon.json",
        "{\"runtimes\": {\"xen\": {\"runtimeType\": \"io.containerd.runc.v2\","
            + " \"options\": {\"BinaryName\": \"/usr/sbin/xen-runc\"}}}}");
    assertTrue(findings().anyMatch(Finding.right("Docker", "docker run --runtime=xen")::equals));
  }

  @Test
  void dockerWithAnotherPathIsWrong() throws IOException {
    write("/etc/docker/daemon.json", "{\"runtimes\": {\"xen\": {\"path\": \"/opt/xen-runc\"}}}");

    assertWrong("Docker", "names /opt/xen-runc, which is no program");
  }

  @Test
  void dockerFileThatIsNoJsonIsWrong() throws IOException {
    write("/etc/docker/daemon.json", "{runtimes");

    assertWrong("Docker", "/etc/docker/daemon.json: ");
  }

  @Test
  void whatIsNotInstalledIsNotLookedAt() throws IOException {
    delete("/usr/sbin/dockerd");
    delete("/etc/docker/daemon.json");
    delete("/etc/containerd/config.toml");

    assertEquals(List.of(), wrong());
    assertTrue(findings().noneMatch(finding -> finding.subject().equals("Docker")));
  }

  @Test
  void containerdWithAnotherPathIsWrong() throws IOException {
    write("/etc/containerd/config.toml", "  BinaryName = \"/opt/xen-runc\"\n");

    assertWrong("containerd", "names /opt/xen-runc, which is no program");
  }

  private Stream<Finding> findings() {
    return Stream.of(
            new XenCheck(root, LIBEXEC).findings(),
            new InstallCheck(root, LIBEXEC).findings(GUEST),
            new CallerCheck(root, LAUNCHER).findings())
        .flatMap(List::stream);
  }

  private List<String> wrong() {
    return findings().filter(finding -> !finding.right()).map(Finding::line).toList();
  }

  /** That this is the only one. */
  private void assertWrong(String subject, String part) {
    List<String> wrong = wrong();
    assertEquals(1, wrong.size(), wrong::toString);
    assertTrue(
        wrong.get(0).startsWith("wrong  " + subject + ": ") && wrong.get(0).contains(part),
        wrong.get(0));
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(at(path).getParent());
    Files.writeString(at(path), text);
  }

  private void delete(String path) throws IOException {
    Files.delete(at(path));
  }
}
