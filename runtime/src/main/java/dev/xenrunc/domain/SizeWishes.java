// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.Spec;
import dev.xenrunc.oci.VmSpec;
import java.util.Optional;
import java.util.Set;

/** The size that a spec asks for outright: vm.hwConfig comes before annotations. */
record SizeWishes(Optional<Integer> vcpus, Optional<Long> memoryMib) {
  private static final long MIB = 1 << 20;

  static SizeWishes of(Spec spec, Set<String> allowedAnnotations) {
    Annotations annotations = new Annotations(spec.annotations(), allowedAnnotations);
    Optional<Integer> vcpus = annotations.number(Annotations.VCPUS);
    Optional<Long> memoryMib = annotations.number(Annotations.MEMORY).map(Integer::longValue);
    Optional<VmSpec.HwConfig> hardware = Optional.ofNullable(spec.vm()).map(VmSpec::hwConfig);
    return new SizeWishes(
        hardware.map(VmSpec.HwConfig::vcpus).map(Long::intValue).or(() -> vcpus),
        hardware
            .map(VmSpec.HwConfig::memory)
            .map(bytes -> (bytes + MIB - 1) / MIB)
            .or(() -> memoryMib));
  }
}
