// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at Xen, and at what of dom0 domains need. */
public final class XenCheck {
  private static final int LEAST_MAJOR = 4;
  private static final int LEAST_MINOR = 17;
  private static final String QUEUES = "/sys/module/xen_netback/parameters/max_queues";
  private static final List<String> DEVICES = List.of("evtchn", "gntdev", "privcmd", "xenbus");

  private final HostTree host;
  private final String modules;

  /**
   * @param root where the host's files are
   * @param libexec where xen-runc's own programs are
   */
  public XenCheck(Path root, Path libexec) {
    host = new HostTree(root);
    modules = libexec.resolveSibling("modules-load.d").resolve("xen-runc.conf").toString();
  }

  /** Whether this is a dom0 at all: without it nothing else here can be right. */
  public boolean isDom0() {
    return host.text("/proc/xen/capabilities")
        .filter(text -> text.contains("control_d"))
        .isPresent();
  }

  /** Everything. */
  public List<Finding> findings() {
    if (!isDom0()) {
      return List.of(noDom0());
    }
    List<Finding> all = new ArrayList<>();
    all.add(version());
    all.add(store());
    all.add(console());
    all.add(devices());
    all.add(modules());
    all.add(queues());
    return all;
  }

  private Finding noDom0() {
    if (host.text("/sys/hypervisor/type").filter("xen"::equals).isEmpty()) {
      return Finding.wrong(
          "Xen", "this host does not run under Xen", "install xen-system-amd64 and boot its entry");
    }
    return Finding.wrong(
        "Xen",
        "/proc/xen/capabilities does not say that this is dom0",
        "run xen-runc in dom0; there, mount -t xenfs xenfs /proc/xen");
  }

  private Finding version() {
    String major = host.text("/sys/hypervisor/version/major").orElse("0");
    String minor = host.text("/sys/hypervisor/version/minor").orElse("0");
    String version = major + "." + minor;
    return isRecent(major, minor)
        ? Finding.right("Xen", version + ", and this is dom0")
        : Finding.wrong("Xen", version, "install Xen 4.17 or later and boot it");
  }

  private static boolean isRecent(String major, String minor) {
    try {
      int number = Integer.parseInt(major);
      return number > LEAST_MAJOR
          || (number == LEAST_MAJOR && Integer.parseInt(minor) >= LEAST_MINOR);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Finding store() {
    return host.has("/run/xenstored/socket")
        ? Finding.right("xenstored", "/run/xenstored/socket is there")
        : Finding.wrong("xenstored", "/run/xenstored/socket is missing", "systemctl restart xen");
  }

  private Finding console() {
    return host.runs("xenconsoled")
        ? Finding.right("xenconsoled", "runs")
        : Finding.wrong(
            "xenconsoled", "does not run", "systemctl restart xen; no domain is built without it");
  }

  private Finding devices() {
    List<String> missing =
        DEVICES.stream().map(name -> "/dev/xen/" + name).filter(path -> !host.has(path)).toList();
    return missing.isEmpty()
        ? Finding.right("devices", "/dev/xen/" + String.join(", ", DEVICES))
        : Finding.wrong(
            "devices",
            "missing: " + String.join(" ", missing),
            "modprobe -a xen-evtchn xen-gntdev xen-privcmd, and look whether udev runs");
  }

  /** Those of modules-load.d that are neither loaded nor built in. */
  private Finding modules() {
    List<String> wanted = host.lines(modules);
    List<String> builtIn = builtIn();
    List<String> missing =
        wanted.stream()
            .filter(name -> !host.has("/sys/module/" + underscored(name)))
            .filter(name -> !builtIn.contains(underscored(name)))
            .toList();
    if (wanted.isEmpty()) {
      return Finding.wrong("modules", modules + " names none", "install xen-runc again");
    }
    return missing.isEmpty()
        ? Finding.right("modules", String.join(" ", wanted))
        : Finding.wrong(
            "modules",
            "not loaded: " + String.join(" ", missing),
            "modprobe -a " + String.join(" ", missing));
  }

  /** How many a guest may open, unless the host's administrator has chosen more. */
  private Finding queues() {
    String most = host.text(QUEUES).orElse("1");
    return "1".equals(most) || host.has("/etc/modprobe.d/xen-runc.conf")
        ? Finding.right("queues of a vif", most)
        : Finding.wrong(
            "queues of a vif", most + ", and a rate counts for each", "echo 1 >" + QUEUES);
  }

  private List<String> builtIn() {
    String release = host.text("/proc/sys/kernel/osrelease").orElse("");
    return Stream.of("/lib/modules/" + release + "/modules.builtin")
        .flatMap(file -> host.lines(file).stream())
        .map(line -> underscored(line.replaceFirst(".*/", "").replaceFirst("\\.ko.*", "")))
        .toList();
  }

  private static String underscored(String name) {
    return name.replace('-', '_');
  }
}
