// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import dev.xenrunc.xl.TscMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the host's administrator says of every guest.
 *
 * @param kernel what most guests boot
 * @param adminKernel what a guest boots whose container may administrate it
 * @param memoryMib for a container without a memory limit
 * @param memoryMinMib what a guest's kernel and agent need at least; smaller domains are not made
 * @param memoryOverheadMib what they need besides what a container's limit gives its processes
 * @param memoryMaxMib up to what size a domain can be made to grow; 0 for not beyond its first
 * @param vcpus for a container without a processor quota
 * @param vcpusMax up to how many a domain can be made to grow; 0 for not beyond its first number
 * @param processors the host's that vcpus run on whose container has no processor set, in rising
 *     order; empty for all
 * @param tscMode how every guest reads the time stamp counter
 * @param cmdline appended to the kernel's command line
 * @param hostSysctls kernel settings that follow the host's besides the usual ones
 * @param allowedAnnotations those of {@link Annotations} that a spec may use
 * @param guestFiles what of the host's a spec may name to be booted
 * @param spoofing whether a container that may make frames of its own may send them from its guest
 */
public record GuestSettings(
    Path kernel,
    Path adminKernel,
    Path initramfs,
    int memoryMib,
    int memoryMinMib,
    int memoryOverheadMib,
    int memoryMaxMib,
    int vcpus,
    int vcpusMax,
    List<Integer> processors,
    TscMode tscMode,
    String cmdline,
    List<String> hostSysctls,
    Set<String> allowedAnnotations,
    GuestFiles guestFiles,
    boolean spoofing) {
  public GuestSettings {
    if (memoryMinMib < 16 || memoryMib < memoryMinMib) {
      throw new IllegalArgumentException(
          "default_memory_mib must be at least min_memory_mib, and that at least 16");
    }
    if (vcpus < 1) {
      throw new IllegalArgumentException("default_vcpus must be at least 1");
    }
    if (memoryOverheadMib < 0 || memoryMaxMib < 0 || vcpusMax < 0) {
      throw new IllegalArgumentException(
          "overhead_mib, max_memory_mib and max_vcpus must not be negative");
    }
    for (String annotation : allowedAnnotations) {
      if (!Annotations.ALL.contains(annotation)) {
        throw new IllegalArgumentException("unknown annotation \"" + annotation + "\"");
      }
    }
    SysctlNames.wrong(hostSysctls)
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "host_sysctls: \"" + name + "\" is no name, or one too many");
            });
    processors = List.copyOf(processors);
    hostSysctls = List.copyOf(hostSysctls);
    allowedAnnotations = Set.copyOf(allowedAnnotations);
  }
}
