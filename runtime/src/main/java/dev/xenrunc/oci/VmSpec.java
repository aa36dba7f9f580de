// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a spec asks of the virtual machine (runtime-spec config-vm.md).
 *
 * @param hwConfig so the text and the schema; the Go structure writes hwconfig
 */
public record VmSpec(
    @Nullable Ignored hypervisor,
    @Nullable Kernel kernel,
    @Nullable Ignored image,
    @JsonAlias("hwconfig") @Nullable HwConfig hwConfig) {

  /** The kernel to boot, a file of the host; parameters for its command line. */
  public record Kernel(String path, List<String> parameters, @Nullable String initrd) {
    public Kernel {
      path = path == null ? "" : path;
      parameters = Lists.copy(parameters);
    }
  }

  /** The machine's size, memory in bytes, and devices of the host. */
  public record HwConfig(
      @Nullable String deviceTree,
      @Nullable Long vcpus,
      @Nullable Long memory,
      List<String> dtdevs,
      List<Ignored> iomems,
      List<Long> irqs) {
    public HwConfig {
      dtdevs = Lists.copy(dtdevs);
      iomems = Lists.copy(iomems);
      irqs = Lists.copy(irqs);
    }
  }
}
