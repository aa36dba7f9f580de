// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel settings that a host has once for all its containers. A guest's kernel has its own, so
 * that they are given the host's values. docs/spec-conformance.md has a reason for each.
 */
public final class HostSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(HostSysctls.class);
  private static final int VALUE_MAX = 1024;
  private static final long KIB = 1024;

  /** What a guest may spend of its memory on one kind of thing that no cgroup is charged for. */
  private static final long UNCHARGED_SHARE = 16;

  private static final long UNCHARGED_BYTES = 320;

  /** How a guest takes the host's value. */
  private enum Rule {
    AS_IT_IS,
    /** Zero says that another setting counts, and to write it would undo that one. */
    UNLESS_ZERO,
    /** What a kernel makes of its memory: a guest that has more than dom0 keeps its own. */
    BY_MEMORY,
    /** Counts what no cgroup is charged for: bounded by the guest's memory. */
    UNCHARGED
  }

  /** In the order in which they are set. */
  private static final Map<String, Rule> SETTINGS = new LinkedHashMap<>();

  private static void take(Rule rule, String... names) {
    for (String name : names) {
      SETTINGS.put(name, rule);
    }
  }

  static {
    take(Rule.AS_IT_IS, "vm.max_map_count", "vm.overcommit_memory");
    take(Rule.UNLESS_ZERO, "vm.overcommit_ratio", "vm.overcommit_kbytes");
    take(
        Rule.AS_IT_IS,
        "vm.swappiness",
        "vm.mmap_min_addr",
        "vm.mmap_rnd_bits",
        "vm.mmap_rnd_compat_bits",
        "kernel.randomize_va_space");
    take(
        Rule.AS_IT_IS,
        "fs.nr_open",
        "fs.aio-max-nr",
        "fs.mount-max",
        "fs.pipe-max-size",
        "fs.pipe-user-pages-soft",
        "fs.pipe-user-pages-hard",
        "fs.inotify.max_user_instances",
        "fs.inotify.max_queued_events",
        "fs.fanotify.max_user_groups",
        "fs.fanotify.max_queued_events");
    take(
        Rule.BY_MEMORY,
        "fs.file-max",
        "fs.epoll.max_user_watches",
        "fs.inotify.max_user_watches",
        "fs.fanotify.max_user_marks");
    take(
        Rule.AS_IT_IS,
        "fs.protected_symlinks",
        "fs.protected_hardlinks",
        "fs.protected_fifos",
        "fs.protected_regular",
        "fs.suid_dumpable",
        "kernel.core_pattern",
        "kernel.core_uses_pid");
    take(Rule.AS_IT_IS, "kernel.pid_max", "kernel.pty.max");
    take(Rule.BY_MEMORY, "kernel.threads-max");
    take(
        Rule.AS_IT_IS,
        "kernel.keys.maxkeys",
        "kernel.keys.maxbytes",
        "kernel.keys.root_maxkeys",
        "kernel.keys.root_maxbytes",
        "kernel.perf_event_paranoid",
        "kernel.perf_event_mlock_kb",
        "kernel.unprivileged_bpf_disabled",
        "kernel.unprivileged_userns_clone",
        "kernel.io_uring_disabled");
    take(
        Rule.BY_MEMORY,
        "user.max_user_namespaces",
        "user.max_pid_namespaces",
        "user.max_mnt_namespaces",
        "user.max_net_namespaces",
        "user.max_ipc_namespaces",
        "user.max_uts_namespaces",
        "user.max_cgroup_namespaces",
        "user.max_time_namespaces");
    take(
        Rule.AS_IT_IS,
        "net.core.rmem_default",
        "net.core.rmem_max",
        "net.core.wmem_default",
        "net.core.wmem_max",
        "net.core.netdev_max_backlog",
        "net.ipv4.tcp_congestion_control",
        "net.ipv4.ip_forward",
        "net.ipv4.conf.all.rp_filter");
    take(
        Rule.BY_MEMORY,
        "net.ipv4.tcp_mem",
        "net.ipv4.udp_mem",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
        "net.ipv4.tcp_max_orphans",
        "net.ipv4.tcp_max_syn_backlog");
    take(Rule.UNCHARGED, "net.ipv4.tcp_max_tw_buckets", "net.netfilter.nf_conntrack_max");
  }

  private final Path directory;
  private final long hostKib;

  /**
   * @param directory /proc/sys
   * @param hostKib dom0's memory
   */
  public HostSysctls(Path directory, long hostKib) {
    this.directory = directory;
    this.hostKib = hostKib;
  }

  /** The names that every guest is given. */
  static Collection<String> names() {
    return SETTINGS.keySet();
  }

  /**
   * The values as they are now.
   *
   * @param guestKib the guest's memory
   * @param added names beyond the list
   */
  public Map<String, String> values(long guestKib, List<String> added) {
    Map<String, String> values = new LinkedHashMap<>();
    SETTINGS.forEach(
        (name, rule) ->
            read(name)
                .flatMap(value -> forGuest(rule, value, guestKib))
                .ifPresent(value -> values.put(name, value)));
    added.forEach(name -> read(name).ifPresent(value -> values.put(name, value)));
    return values;
  }

  private Optional<String> forGuest(Rule rule, String value, long guestKib) {
    return switch (rule) {
      case AS_IT_IS -> Optional.of(value);
      case UNLESS_ZERO -> Optional.of(value).filter(v -> !v.equals("0"));
      case BY_MEMORY -> Optional.of(value).filter(v -> guestKib <= hostKib);
      case UNCHARGED ->
          Optional.of(value)
              .filter(v -> v.matches("[0-9]{1,18}"))
              .map(Long::parseLong)
              .map(number -> Math.min(number, guestKib * KIB / UNCHARGED_SHARE / UNCHARGED_BYTES))
              .map(String::valueOf);
    };
  }

  /** Names are spelled with dots, so that none leads out of the directory. */
  private Optional<String> read(String name) {
    Path file = directory.resolve(name.replace('.', '/'));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(VALUE_MAX + 1);
      String value = new String(bytes, StandardCharsets.UTF_8).strip();
      if (bytes.length > VALUE_MAX || value.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(value);
    } catch (NoSuchFileException e) {
      LOG.debug("this host has no sysctl {}", name);
    } catch (IOException e) {
      LOG.warn("sysctl {} cannot be read, so that the guest keeps its own: {}", name, e.toString());
    }
    return Optional.empty();
  }
}
