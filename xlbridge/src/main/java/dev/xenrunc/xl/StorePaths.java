// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.xl;

/** Where things lie in xenstore. */
final class StorePaths {
  /** Below a domain's own directory, written by libxl when the domain is made. */
  static final String LABELS = "xen-runc";

  private StorePaths() {}

  static String label(Domid domid, String key) {
    return domain(domid) + "/" + LABELS + "/" + key;
  }

  /** Where the guest's agent says how to reach its vchan; the guest owns what is below data. */
  static String channel(Domid domid) {
    return domain(domid) + "/data/xen-runc";
  }

  /** The guest's end of a vif, made by libxl (Xen's public/io/xenbus.h). */
  static String vif(Domid domid, int devid) {
    return domain(domid) + "/device/vif/" + devid;
  }

  /** Where libxl notes the host's end of a vif, which the guest cannot change. */
  static String vifBackend(Domid domid, int devid) {
    return "/libxl/" + domid + "/device/vif/" + devid + "/backend";
  }

  private static String domain(Domid domid) {
    return "/local/domain/" + domid;
  }
}
