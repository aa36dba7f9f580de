// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

/** Decides whether a vm section can be followed; which host files it may name is not its affair. */
final class VmValidator {
  private static final long VCPUS_MAX = 128;
  private static final long MEMORY_MAX = 1L << 44;

  private VmValidator() {}

  static void check(VmSpec vm) {
    refuse(vm.hypervisor() != null, "vm.hypervisor: the hypervisor is the Xen that runs this host");
    refuse(
        vm.image() != null,
        "vm.image: the guest boots an initramfs, and the container's files are root.path");
    VmSpec.Kernel kernel = vm.kernel();
    if (kernel != null) {
      checkKernel(kernel);
    }
    VmSpec.HwConfig hardware = vm.hwConfig();
    if (hardware != null) {
      checkHardware(hardware);
    }
  }

  private static void checkKernel(VmSpec.Kernel kernel) {
    requireAbsolute("vm.kernel.path", kernel.path());
    String initrd = kernel.initrd();
    if (initrd != null) {
      requireAbsolute("vm.kernel.initrd", initrd);
    }
    for (String parameter : kernel.parameters()) {
      refuse(
          !parameter.chars().allMatch(c -> c >= ' ' && c <= '~'),
          "vm.kernel.parameters: \"" + parameter + "\" is not printable ASCII");
    }
  }

  private static void checkHardware(VmSpec.HwConfig hardware) {
    refuse(
        given(hardware.deviceTree()) || !hardware.dtdevs().isEmpty(),
        "vm.hwConfig: deviceTree and dtdevs are for Arm");
    refuse(
        !hardware.iomems().isEmpty() || !hardware.irqs().isEmpty(),
        "vm.hwConfig: iomems and irqs would give the guest the host's devices");
    Long vcpus = hardware.vcpus();
    refuse(
        vcpus != null && (vcpus < 1 || vcpus > VCPUS_MAX),
        "vm.hwConfig.vcpus is not between 1 and " + VCPUS_MAX + ": " + vcpus);
    Long memory = hardware.memory();
    refuse(
        memory != null && (memory < 1 || memory > MEMORY_MAX),
        "vm.hwConfig.memory is not between 1 and " + MEMORY_MAX + " bytes: " + memory);
  }

  private static void requireAbsolute(String what, String path) {
    refuse(!path.startsWith("/"), what + " must be an absolute path, not \"" + path + "\"");
  }

  private static boolean given(@org.jspecify.annotations.Nullable String text) {
    return text != null && !text.isEmpty();
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw new BundleException(why);
    }
  }
}
