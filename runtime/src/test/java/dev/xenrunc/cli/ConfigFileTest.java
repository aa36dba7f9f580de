// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xenrunc.container.CrashPoint;
import dev.xenrunc.container.Limits;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final Path LIBEXEC = Path.of("/usr/lib/xen-runc");

  @TempDir private Path directory;

  @Test
  void withoutAFileEverythingHasItsDefault() {
    Config config = ConfigFile.read(directory.resolve("none.toml"), LIBEXEC);

    assertEquals(LIBEXEC.resolve("vmlinux"), config.guest().kernel());
    assertEquals(LIBEXEC.resolve("vmlinux-admin"), config.guest().adminKernel());
    assertEquals(128, config.guest().memoryMib());
    assertTrue(config.seccomp());
    assertFalse(config.guest().spoofing());
    assertEquals(Limits.DEFAULTS, config.limits());
    assertEquals(Duration.ofMinutes(10), config.idle());
    assertEquals(Optional.empty(), config.crash().point());
  }

  @Test
  void theInstalledFileSaysTheDefaults() throws IOException {
    Path installed = Path.of("src/main/etc/config.toml");
    Path uncommented = directory.resolve("config.toml");
    Files.writeString(
        uncommented, Files.readString(installed).replaceAll("(?m)^#([a-z_]+ = )", "$1"));

    assertEquals(
        ConfigFile.read(directory.resolve("none.toml"), LIBEXEC),
        ConfigFile.read(installed, LIBEXEC));
    assertEquals(
        ConfigFile.read(directory.resolve("none.toml"), LIBEXEC),
        ConfigFile.read(uncommented, LIBEXEC));
  }

  @Test
  void aKernelAloneIsForAllAndANetworkKernelForItsContainers() throws IOException {
    Config alone = read("kernel = \"/k\"");
    Config network = read("admin_kernel = \"/n\"");

    assertEquals(Path.of("/k"), alone.guest().adminKernel());
    assertEquals(LIBEXEC.resolve("vmlinux"), network.guest().kernel());
    assertEquals(Path.of("/n"), network.guest().adminKernel());
  }

  @Test
  void whatIsWrittenCounts() throws IOException {
    Config config =
        read(
            """
            kernel = "/k"
            default_memory_mib = 256
            default_cpus = "1,4-6"
            tsc_mode = "native"
            seccomp = false
            idle_minutes = 0
            host_sysctls = ["vm.dirty_ratio"]
            allowed_annotations = ["org.xen-runc.vcpus"]
            allowed_kernels = ["/boot/guest", "/srv/kernels/*"]
            allow_kernel_parameters = true
            [network]
            spoofing = true
            [timeouts]
            agent = 300
            """);

    assertEquals(Path.of("/k"), config.guest().kernel());
    assertEquals(256, config.guest().memoryMib());
    assertEquals(List.of(1, 4, 5, 6), config.guest().processors());
    assertEquals(TscMode.NATIVE, config.guest().tscMode());
    assertEquals(List.of("vm.dirty_ratio"), config.guest().hostSysctls());
    assertFalse(config.seccomp());
    assertEquals(
        List.of(Path.of("/boot/guest"), Path.of("/srv/kernels/*")),
        config.guest().guestFiles().kernels().entries());
    assertTrue(config.guest().guestFiles().kernelParameters());
    assertTrue(config.guest().spoofing());
    assertEquals(Duration.ZERO, config.idle());
    assertEquals(Duration.ofMinutes(5), config.limits().agent());
    assertEquals(Limits.DEFAULTS.domain(), config.limits().domain());
  }

  @ParameterizedTest
  @EnumSource(CrashPoint.class)
  void everyCrashPointCanBeArmed(CrashPoint point) throws IOException {
    Config config = read("[debug]\ncrash_point = \"" + point.word() + "\"\n");

    assertEquals(Optional.of(point), config.crash().point());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernal = \"/k\"",
        "[timeouts]\nagnet = 3",
        "[network]\nspoof = true",
        "[timeouts]\nagent = 0",
        "[debug]\ncrash_point = \"now\"",
        "default_memory_mib = \"much\"",
        "default_memory_mib = 8",
        "default_vcpus = 0",
        "default_cpus = \"4-1\"",
        "tsc_mode = \"NATIVE\"",
        "allowed_annotations = [\"all\"]",
        "host_sysctls = [\"../../etc/shadow\"]",
        "allowed_kernels = [\"vmlinux\"]",
        "allowed_kernels = [\"/*\"]",
        "allowed_initrds = [\"/boot/*/x\"]",
        "allowed_kernels = \"/boot/vmlinux\"",
        "allow_kernel_parameters = [\"quiet\"]",
        "kernel = "
      })
  void mistakesAreNamedWithTheFile(String text) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> read(text));

    assertTrue(e.getMessage().startsWith(directory.resolve("c.toml") + ": "), e.getMessage());
  }

  private Config read(String text) throws IOException {
    return ConfigFile.read(Files.writeString(directory.resolve("c.toml"), text), LIBEXEC);
  }
}
