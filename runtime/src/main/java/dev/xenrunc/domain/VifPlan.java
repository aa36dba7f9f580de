// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.oci.CapabilitySet;
import dev.xenrunc.oci.ProcessSpec;
import dev.xenrunc.oci.Spec;
import dev.xenrunc.xl.VifRate;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a spec's guest may do on all its vifs.
 *
 * @param open whether it may send what it likes, as under runc a process with CAP_NET_RAW does;
 *     else the hotplug program builds a wall
 */
public record VifPlan(boolean open, VifRate rate) {
  private static final String OPEN = ":open";

  /** With one of these a process makes frames of its own. */
  private static final long SPOOFING_CAPABILITIES =
      CapabilitySet.bits(List.of("CAP_NET_RAW", "CAP_NET_ADMIN"));

  static VifPlan of(Spec spec, GuestSettings settings) {
    VifRate rate =
        new Annotations(spec.annotations(), settings.allowedAnnotations())
            .number(Annotations.NETWORK_RATE)
            .map(VifRate::ofMegabits)
            .orElse(VifRate.UNBOUNDED);
    return new VifPlan(settings.spoofing() && maySpoof(spec.process()), rate);
  }

  /** What the vif's note says of a vif at this place. */
  public String note(String place) {
    return open ? place + OPEN : place;
  }

  private static boolean maySpoof(@Nullable ProcessSpec process) {
    ProcessSpec.Capabilities sets = process == null ? null : process.capabilities();
    return sets != null
        && Stream.of(sets.bounding(), sets.effective())
            .anyMatch(set -> (CapabilitySet.bits(set) & SPOOFING_CAPABILITIES) != 0);
  }
}
