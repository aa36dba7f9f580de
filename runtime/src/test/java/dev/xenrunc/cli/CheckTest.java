// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xenrunc.check.Finding;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.HostMemory;
import dev.xenrunc.xl.Toolstack;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code engine --check} itself looks at: config.toml, and Xen by the toolstack. */
class CheckTest {
  @TempDir private Path root;

  @BeforeEach
  void makeDom0() throws IOException {
    Files.createDirectories(root.resolve("proc/xen"));
    Files.writeString(root.resolve("proc/xen/capabilities"), "control_d\n");
  }

  @Test
  void settingsAndMemoryAreRight() throws IOException {
    assertEquals(
        "ok     memory: Xen has 500 MiB free, a container without a memory limit takes 150",
        line("memory", () -> new HostMemory(150 << 10, 500 << 10)));
    assertEquals(
        "ok     toolstack: libxl of the running Xen answers",
        line("toolstack", () -> new HostMemory(150 << 10, 500 << 10)));
    assertEquals(
        "ok     settings: " + root.resolve("config.toml") + " is valid",
        line("settings", () -> new HostMemory(1, 2)));
  }

  @Test
  void tooLittleFreeMemoryIsWrong() throws IOException {
    assertEquals(
        "wrong  memory: Xen has 100 MiB free, a container without a memory limit takes 150 — give"
            + " dom0 less: dom0_mem=2G,max:2G in GRUB_CMDLINE_XEN of /etc/default/grub,"
            + " update-grub, reboot",
        line("memory", () -> new HostMemory(150 << 10, 100 << 10)));
  }

  @Test
  void toolstackThatDoesNotAnswerIsWrong() throws IOException {
    assertEquals(
        "wrong  toolstack: libxl_ctx_alloc: no answer in time — install xen-utils of the running"
            + " Xen's version; systemctl restart xen",
        line(
            "toolstack",
            () -> {
              throw new DeadlineExceededException("libxl_ctx_alloc");
            }));
  }

  @Test
  void settingsThatCannotBeReadAreWrong() throws IOException {
    Files.writeString(root.resolve("config.toml"), "default_vcpus = 0\n");

    assertEquals(
        "wrong  settings: "
            + root.resolve("config.toml")
            + ": default_vcpus must be at least 1 — correct it: xen-runc-config.toml(5) has every"
            + " key",
        line("settings", () -> new HostMemory(1, 2)));
  }

  @Test
  void withoutDom0TheToolstackIsNotAsked() throws IOException {
    Files.delete(root.resolve("proc/xen/capabilities"));

    assertEquals(
        "",
        line(
            "toolstack",
            () -> {
              throw new AssertionError("asked");
            }));
  }

  /** The finding's line, on a host whose toolstack answers so. */
  private String line(String subject, Supplier<HostMemory> answer) throws IOException {
    Toolstack toolstack =
        (Toolstack)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Toolstack.class},
                (proxy, method, arguments) -> answer.get());
    Check check = new Check(toolstack, root.resolve("config.toml"), Path.of("/usr/lib/xen-runc"));
    return check.findings(root).stream()
        .filter(finding -> finding.subject().equals(subject))
        .map(Finding::line)
        .findFirst()
        .orElse("");
  }
}
