// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.CapabilitySet;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.VmSpec;
import dev.xenrunc.xl.Boot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** What a domain boots: the host's own kernel, unless the spec names one that is allowed. */
final class BootPlanner {
  /** A queue takes 512 grants and its share of receive buffers: one a vif is what a domain has. */
  private static final String CMDLINE =
      "console=hvc0 quiet loglevel=3 panic=-1 xen_netfront.max_queues=1";

  private static final int CMDLINE_MAX = 2047;

  /** One to administer the network, one to make a user namespace in which it is had. */
  private static final long ADMIN_CAPABILITIES =
      CapabilitySet.bits(List.of("CAP_NET_ADMIN", "CAP_SYS_ADMIN"));

  private final GuestSettings settings;
  private final HostFacts host;

  BootPlanner(GuestSettings settings, HostFacts host) {
    this.settings = settings;
    this.host = host;
  }

  Boot plan(Spec spec) {
    Optional<VmSpec.Kernel> kernel = Optional.ofNullable(spec.vm()).map(VmSpec::kernel);
    Annotations annotations = new Annotations(spec.annotations(), settings.allowedAnnotations());
    Optional<String> path =
        kernel.map(VmSpec.Kernel::path).or(() -> annotations.text(Annotations.KERNEL));
    Optional<String> initrd = kernel.map(VmSpec.Kernel::initrd);
    return new Boot(
        path.map(p -> allowed(p, "kernel", settings.guestFiles().kernels()))
            .orElseGet(() -> own(spec)),
        initrd
            .map(p -> allowed(p, "initrd", settings.guestFiles().initrds()))
            .orElse(settings.initramfs()),
        cmdline(
            kernel
                .map(VmSpec.Kernel::parameters)
                .filter(list -> !list.isEmpty())
                .or(() -> annotations.text(Annotations.KERNEL_PARAMETERS).map(List::of))
                .orElse(List.of())));
  }

  /** Only who may use netfilter and bridges pays for them (docs/adr/0013). */
  private Path own(Spec spec) {
    ProcessSpec process = spec.process();
    ProcessSpec.Capabilities capabilities = process == null ? null : process.capabilities();
    boolean administrates =
        capabilities != null
            && (CapabilitySet.bits(capabilities.bounding()) & ADMIN_CAPABILITIES) != 0;
    return administrates ? settings.adminKernel() : settings.kernel();
  }

  private static Path allowed(String path, String what, AllowedFiles files) {
    return files
        .find(path)
        .orElseThrow(
            () ->
                new BundleException(
                    what
                        + " \""
                        + path
                        + "\" is not among the files of allowed_"
                        + what
                        + "s in this host's config.toml"));
  }

  private String cmdline(List<String> parameters) {
    if (!parameters.isEmpty() && !settings.guestFiles().kernelParameters()) {
      throw new BundleException(
          "kernel parameters are not allowed: allow_kernel_parameters is false in this host's"
              + " config.toml");
    }
    StringJoiner words = new StringJoiner(" ");
    words.add(CMDLINE);
    // What its kernel may promise: as much as dom0's would (kernel-config's patch 0012).
    words.add("host_memory=" + host.memoryKib() + "K," + host.swapKib() + "K");
    if (!settings.cmdline().isBlank()) {
      words.add(settings.cmdline().strip());
    }
    parameters.forEach(words::add);
    String cmdline = words.toString();
    if (cmdline.length() > CMDLINE_MAX) {
      throw new BundleException(
          "the kernel's command line is longer than " + CMDLINE_MAX + " characters");
    }
    return cmdline;
  }
}
