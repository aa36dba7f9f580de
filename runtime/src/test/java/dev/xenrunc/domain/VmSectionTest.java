// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.xl.DomainConfig;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vm section and the annotations that say the same. */
class VmSectionTest {
  private static final String USUAL =
      "console=hvc0 quiet loglevel=3 panic=-1 xen_netfront.max_queues=1"
          + " host_memory=8388608K,1048576K";
  private static final DomainIdentity IDENTITY =
      new DomainIdentity(new UUID(1, 2), "/run/runc", "web", "0a1b2c3d");

  @TempDir private Path directory;
  private Path allowed;
  private Path secret;

  @BeforeEach
  void makeKernels() throws IOException {
    directory = directory.toRealPath();
    allowed = Files.createDirectory(directory.resolve("allowed"));
    Files.writeString(allowed.resolve("kernel"), "k");
    secret = Files.writeString(directory.resolve("secret"), "s");
    Files.createSymbolicLink(allowed.resolve("out"), secret);
    Files.createSymbolicLink(directory.resolve("in"), allowed.resolve("kernel"));
    Files.createDirectory(allowed.resolve("below"));
    Files.writeString(allowed.resolve("below/kernel"), "k");
  }

  @Test
  void anAllowedKernelIsBootedByItsRealPath() {
    for (String path : List.of("allowed/kernel", "in", "allowed/../allowed/kernel")) {
      DomainConfig config = plan(kernel(path, ""), "{}", allowing(allowed + "/*"));

      assertEquals(allowed.resolve("kernel"), config.boot().kernel());
      assertEquals(Path.of("/usr/lib/xen-runc/initramfs.cpio"), config.boot().ramdisk());
      assertEquals(USUAL, config.boot().cmdline());
    }
  }

  @Test
  void otherKernelsAreRefusedHoweverTheyAreNamed() {
    for (String path :
        List.of("secret", "allowed/out", "allowed/../secret", "allowed/below/kernel", "none")) {
      assertEquals(
          "kernel \""
              + directory.resolve(path)
              + "\" is not among the files of allowed_kernels in this host's config.toml",
          refusal(kernel(path, ""), "{}", allowing(allowed + "/*")));
    }
  }

  @Test
  void withoutLeaveNoKernelIsBooted() {
    refusal(kernel("allowed/kernel", ""), "{}", GuestFiles.NONE);
  }

  @Test
  void anAllowedPathMayItselfBeALink() {
    DomainConfig config =
        plan(kernel("allowed/kernel", ""), "{}", allowing(directory.resolve("in").toString()));

    assertEquals(allowed.resolve("kernel"), config.boot().kernel());
  }

  @Test
  void initrdsHaveLeaveOfTheirOwn() {
    String vm = kernel("allowed/kernel", ",\"initrd\":\"" + secret + "\"");
    AllowedFiles kernels = AllowedFiles.of("allowed_kernels", List.of(allowed + "/*"));
    AllowedFiles initrds = AllowedFiles.of("allowed_initrds", List.of(secret.toString()));

    assertEquals(secret, plan(vm, "{}", new GuestFiles(kernels, initrds, false)).boot().ramdisk());
    refusal(vm, "{}", allowing(allowed + "/*"));
  }

  @Test
  void parametersAreAppendedIfAllowed() {
    String vm = kernel("allowed/kernel", ",\"parameters\":[\"debug\",\"a=b\"]");
    AllowedFiles kernels = AllowedFiles.of("allowed_kernels", List.of(allowed + "/*"));

    assertEquals(
        USUAL + " debug a=b",
        plan(vm, "{}", new GuestFiles(kernels, AllowedFiles.NONE, true)).boot().cmdline());
    assertEquals(
        "kernel parameters are not allowed: allow_kernel_parameters is false in this host's"
            + " config.toml",
        refusal(vm, "{}", new GuestFiles(kernels, AllowedFiles.NONE, false)));
    String longVm = kernel("allowed/kernel", ",\"parameters\":[\"" + "x".repeat(2048) + "\"]");
    assertEquals(
        "the kernel's command line is longer than 2047 characters",
        refusal(longVm, "{}", new GuestFiles(kernels, AllowedFiles.NONE, true)));
  }

  @Test
  void annotationsSayTheSameWithLessRight() {
    String annotations =
        "{\"org.xen-runc.kernel\":\""
            + allowed.resolve("kernel")
            + "\",\"org.xen-runc.kernel-parameters\":\"a b\",\"org.xen-runc.memory-mib\":\"300\","
            + "\"org.xen-runc.vcpus\":\"3\"}";
    AllowedFiles kernels = AllowedFiles.of("allowed_kernels", List.of(allowed + "/*"));
    GuestFiles files = new GuestFiles(kernels, AllowedFiles.NONE, true);

    DomainConfig alone = plan("{}", annotations, files);
    assertEquals(allowed.resolve("kernel"), alone.boot().kernel());
    assertEquals(USUAL + " a b", alone.boot().cmdline());
    assertEquals(300 * 1024, alone.size().memoryKib());
    assertEquals(3, alone.size().vcpus());

    DomainConfig both =
        plan("{\"hwconfig\":{\"vcpus\":2,\"memory\":268435457}}", annotations, files);
    assertEquals(257 * 1024, both.size().memoryKib());
    assertEquals(2, both.size().vcpus());
  }

  @Test
  void hwConfigComesBeforeLimits() {
    DomainConfig config =
        plan("{\"hwConfig\":{\"vcpus\":5,\"memory\":104857600}}", "{}", GuestFiles.NONE);

    assertEquals(100 * 1024, config.size().memoryKib());
    assertEquals(5, config.size().vcpus());
  }

  private static GuestFiles allowing(String entry) {
    return new GuestFiles(
        AllowedFiles.of("allowed_kernels", List.of(entry)), AllowedFiles.NONE, false);
  }

  private String kernel(String path, String more) {
    return "{\"kernel\":{\"path\":\"" + directory.resolve(path) + "\"" + more + "}}";
  }

  private static String refusal(String vm, String annotations, GuestFiles files) {
    return String.valueOf(
        assertThrows(BundleException.class, () -> plan(vm, annotations, files)).getMessage());
  }

  private static DomainConfig plan(String vm, String annotations, GuestFiles files) {
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
            Set.copyOf(Annotations.ALL),
            files,
            false);
    String spec =
        "{\"ociVersion\":\"1.0.2\",\"annotations\":"
            + annotations
            + ",\"vm\":"
            + vm
            + ",\"linux\":{\"resources\":{\"memory\":{\"limit\":536870912},"
            + "\"cpu\":{\"quota\":100000}}}}";
    return new DomainPlanner(settings, new HostFacts(4, 8 << 20, 1 << 20))
        .plan(SpecReader.read(spec.getBytes(StandardCharsets.UTF_8)), IDENTITY);
  }
}
