// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.check.CallerCheck;
import dev.xenrunc.check.Finding;
import dev.xenrunc.check.InstallCheck;
import dev.xenrunc.check.XenCheck;
import dev.xenrunc.domain.GuestSettings;
import dev.xenrunc.time.Deadline;
import dev.xenrunc.time.DeadlineExceededException;
import dev.xenrunc.xl.HostMemory;
import dev.xenrunc.xl.Toolstack;
import dev.xenrunc.xl.ToolstackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code engine --check}: what the program {@code check} asks a JVM, which is not the engine's: so
 * it looks at the host as it is now, also where no engine can start.
 */
final class Check {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What the runtime itself does without. */
  private static final Set<String> HARMLESS = Set.of("class archive", "Docker", "containerd");

  private final Toolstack toolstack;
  private final Path config;
  private final Path libexec;

  Check(Toolstack toolstack, Path config, Path libexec) {
    this.toolstack = toolstack;
    this.config = config;
    this.libexec = libexec;
  }

  /** Looks below {@code root}, which is / but in tests. */
  List<Finding> findings(Path root) throws IOException {
    XenCheck xen = new XenCheck(root, libexec);
    InstallCheck install = new InstallCheck(root, libexec);
    List<Finding> all = new ArrayList<>(xen.findings());
    Config read = settings(all);
    if (xen.isDom0()) {
      all.addAll(toolstack(read));
    }
    all.addAll(install.findings(guestFiles(read.guest())));
    Path launcher = libexec.resolveSibling("../sbin/xen-runc").normalize();
    all.addAll(new CallerCheck(root, launcher).findings());
    return all;
  }

  /** The defaults where the file says nothing that can be read. */
  private Config settings(List<Finding> all) {
    try {
      Config read = ConfigFile.read(config, libexec);
      all.add(Finding.right("settings", config + " is valid"));
      return read;
    } catch (IllegalArgumentException | UncheckedIOException e) {
      all.add(wrongSettings(e));
      return ConfigFile.read(Path.of("/nowhere/config.toml"), libexec);
    }
  }

  private static Finding wrongSettings(RuntimeException e) {
    return Finding.wrong(
        "settings",
        String.valueOf(e.getMessage()),
        "correct it: xen-runc-config.toml(5) has every key");
  }

  private List<Finding> toolstack(Config read) throws IOException {
    HostMemory memory;
    try {
      memory = toolstack.memoryFor(Training.domain(read), Deadline.after(PATIENCE));
    } catch (IllegalArgumentException e) {
      return List.of(wrongSettings(e));
    } catch (ToolstackException | DeadlineExceededException e) {
      return List.of(
          Finding.wrong(
              "toolstack",
              String.valueOf(e.getMessage()),
              "install xen-utils of the running Xen's version; systemctl restart xen"));
    }
    return List.of(Finding.right("toolstack", "libxl of the running Xen answers"), memory(memory));
  }

  private static Finding memory(HostMemory memory) {
    String found =
        "Xen has "
            + memory.freeKib() / 1024
            + " MiB free, a container without a memory limit takes "
            + memory.neededKib() / 1024;
    return memory.suffices()
        ? Finding.right("memory", found)
        : Finding.wrong(
            "memory",
            found,
            "give dom0 less: dom0_mem=2G,max:2G in GRUB_CMDLINE_XEN of /etc/default/grub,"
                + " update-grub, reboot");
  }

  /** The process's exit code: 0 if all is right, 2 if a container can be tried all the same. */
  static int code(List<Finding> findings) {
    if (findings.stream().allMatch(Finding::right)) {
      return 0;
    }
    return findings.stream().allMatch(found -> found.right() || HARMLESS.contains(found.subject()))
        ? 2
        : 1;
  }

  private static Map<String, Path> guestFiles(GuestSettings guest) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("kernel", guest.kernel());
    files.put("admin_kernel", guest.adminKernel());
    files.put("initramfs", guest.initramfs());
    return files;
  }
}
