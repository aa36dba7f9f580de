// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.oci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides whether a spec can be run, and which of its parts will have no effect. */
public final class SpecValidator {
  private static final Set<String> NAMESPACES =
      Set.of("pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time");

  /** Those that need nothing of the host: no device, no server, no other path. */
  private static final Set<String> FILE_SYSTEMS =
      Set.of(
          "proc",
          "sysfs",
          "devpts",
          "tmpfs",
          "ramfs",
          "mqueue",
          "cgroup",
          "cgroup2",
          "devtmpfs",
          "hugetlbfs",
          "securityfs",
          "debugfs",
          "tracefs",
          "bpf",
          "configfs",
          "binfmt_misc",
          "fusectl",
          "pstore");

  private static final int EXPORTS_MAX = 1023;

  private static final Set<String> DEVICE_TYPES = Set.of("b", "c", "u", "p");

  private final Spec spec;
  private final List<String> warnings = new ArrayList<>();

  private SpecValidator(Spec spec) {
    this.spec = spec;
  }

  /** Throws for what cannot be run; returns one line for each part that is ignored. */
  public static List<String> validate(Spec spec) {
    SpecValidator validator = new SpecValidator(spec);
    validator.checkVersion();
    validator.checkPlatform();
    validator.checkProcess();
    validator.checkRoot();
    validator.checkMounts();
    validator.checkNamespaces();
    validator.checkLinux();
    validator.checkHooks();
    NulBytes.check(spec);
    return List.copyOf(validator.warnings);
  }

  private void checkVersion() {
    String version = spec.ociVersion();
    if (version == null || !version.matches("\\d+\\.\\d+\\.\\d+([-+].*)?")) {
      throw new BundleException(
          version == null
              ? "ociVersion is missing"
              : "ociVersion \"" + version + "\" is no version");
    }
    if (!version.startsWith("1.")) {
      throw new BundleException("ociVersion " + version + " is not supported, only 1.x is");
    }
  }

  private void checkPlatform() {
    if (spec.solaris() != null
        || spec.windows() != null
        || spec.zos() != null
        || spec.freebsd() != null) {
      throw new BundleException("the spec is for another operating system than Linux");
    }
    VmSpec vm = spec.vm();
    if (vm != null) {
      VmValidator.check(vm);
    }
  }

  private void checkProcess() {
    ProcessSpec process = spec.process();
    if (process == null) {
      throw new BundleException("process property must not be empty");
    }
    check(process);
  }

  /** Throws unless this process can be run; what is ignored is told by {@link #validate}. */
  public static void check(ProcessSpec process) {
    ProcessValidator.check(process);
    NulBytes.check(process);
  }

  private void checkRoot() {
    if (spec.root() == null || spec.root().path().isEmpty()) {
      throw new BundleException("root.path is missing");
    }
  }

  private void checkMounts() {
    List<PlacedMount> mounts = PlacedMount.of(spec.mounts());
    for (PlacedMount placed : mounts) {
      MountSpec mount = placed.spec();
      String where = "mount of \"" + mount.destination() + "\"";
      if (mount.destination().isEmpty()) {
        throw new BundleException("a mount has no destination");
      }
      if (isGiven(mount.uidMappings()) || isGiven(mount.gidMappings())) {
        throw new BundleException(where + ": idmapped mounts are not supported");
      }
      if (placed.export().isPresent()) {
        if (mount.source() == null || mount.source().isEmpty()) {
          throw new BundleException(where + ": a bind mount needs a source");
        }
      } else if (!placed.options().remounts()) {
        checkType(where, mount);
      }
    }
    if (mounts.stream().filter(mount -> mount.export().isPresent()).count() > EXPORTS_MAX) {
      throw new BundleException("more than " + EXPORTS_MAX + " bind mounts");
    }
  }

  /** A mount that is to be made needs a type that the guest makes. */
  private static void checkType(String where, MountSpec mount) {
    String type = mount.type();
    if (type == null || type.isEmpty()) {
      throw new BundleException(where + " has no type");
    }
    if (!FILE_SYSTEMS.contains(type)) {
      throw new BundleException(
          "error mounting \""
              + mount.source()
              + "\" to rootfs at \""
              + mount.destination()
              + "\": the guest makes no file system of type \""
              + type
              + "\" from what the host has: no such device");
    }
  }

  private void checkNamespaces() {
    Set<String> seen = new HashSet<>();
    for (LinuxSpec.Namespace namespace : spec.linux().namespaces()) {
      String type = namespace.type();
      if (!NAMESPACES.contains(type)) {
        throw new BundleException("namespace \"" + type + "\" does not exist");
      }
      if (!seen.add(type)) {
        throw new BundleException("malformed spec file: duplicated ns \"" + type + "\"");
      }
      if (type.equals("user")) {
        throw new BundleException("user namespaces are not supported");
      }
      if (namespace.joins() && !type.equals("network")) {
        throw new BundleException(
            "joining the "
                + type
                + " namespace "
                + namespace.path()
                + " is not supported: every container has a kernel of its own");
      }
    }
    if (!seen.contains("network")) {
      throw new BundleException(
          "the spec has no network namespace: sharing the host's network is not supported, because"
              + " its interfaces would be taken over by the domain");
    }
    for (String type : List.of("pid", "ipc")) {
      warnIf(!seen.contains(type), type + " namespace of the host: the guest's is meant");
    }
    checkShared();
  }

  /** What runc refuses because it would be done to the host (validate/validator.go). */
  private void checkShared() {
    LinuxSpec linux = spec.linux();
    if (!linux.hasNamespace("uts")) {
      refuseIf(isGiven(spec.hostname()), "unable to set hostname without a private UTS namespace");
      refuseIf(
          isGiven(spec.domainname()), "unable to set domainname without a private UTS namespace");
    }
    refuseIf(
        !linux.hasNamespace("mount")
            && !(linux.maskedPaths().isEmpty() && linux.readonlyPaths().isEmpty()),
        "unable to restrict sys entries without a private MNT namespace");
  }

  private static void refuseIf(boolean wrong, String why) {
    if (wrong) {
      throw new BundleException(why);
    }
  }

  private void checkLinux() {
    LinuxSpec linux = spec.linux();
    if (isGiven(linux.uidMappings()) || isGiven(linux.gidMappings())) {
      throw new BundleException("uidMappings and gidMappings are not supported");
    }
    if (linux.netDevices() != null && !linux.netDevices().isEmpty()) {
      throw new BundleException("netDevices are not supported");
    }
    String propagation = linux.rootfsPropagation();
    if (propagation != null
        && !propagation.isEmpty()
        && MountOptions.propagationOf(propagation).isEmpty()) {
      throw new BundleException("rootfsPropagation=" + propagation + " is not supported");
    }
    DeviceRules.of(linux.resources().devices());
    if (linux.seccomp() != null) {
      SeccompValidator.check(linux.seccomp());
    }
    Sysctls.check(linux);
    linux.devices().forEach(SpecValidator::checkDevice);
    ProcessSpec process = spec.process();
    warnIf(linux.intelRdt() != null, "intelRdt");
    if (linux.personality() != null) {
      linux.personality().check();
      warnIf(!linux.personality().flags().isEmpty(), "personality flags");
    }
    warnIf(linux.timeOffsets() != null && !linux.timeOffsets().isEmpty(), "timeOffsets");
    warnIf(isGiven(linux.mountLabel()), "mountLabel");
    if (process != null) {
      warnIf(isGiven(process.apparmorProfile()), "apparmorProfile");
      warnIf(isGiven(process.selinuxLabel()), "selinuxLabel");
      Set<String> unknown = ProcessValidator.unknownCapabilities(process);
      warnIf(!unknown.isEmpty(), "unknown capabilities " + unknown);
    }
  }

  private static void checkDevice(LinuxSpec.Device device) {
    if (!DEVICE_TYPES.contains(device.type())) {
      throw new BundleException("invalid device type \"" + device.type() + "\"");
    }
  }

  private void checkHooks() {
    spec.hooks().all().map(HooksSpec.Hook::path).forEach(SpecValidator::checkHook);
  }

  private static void checkHook(String path) {
    if (!path.startsWith("/")) {
      throw new BundleException("hook path \"" + path + "\" is not absolute");
    }
  }

  private void warnIf(boolean ignored, String what) {
    if (ignored) {
      warnings.add(what);
    }
  }

  private static boolean isGiven(@org.jspecify.annotations.Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }

  private static boolean isGiven(@org.jspecify.annotations.Nullable String text) {
    return text != null && !text.isEmpty();
  }
}
