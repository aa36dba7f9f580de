package dev.xenrunc.oci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mount's options, told apart as runc does (libcontainer/specconv/spec_linux.go): flags to set,
 * flags to clear, propagation, and what is left for the file system.
 *
 * @param flags MS_* to set
 * @param clearFlags MS_* that were asked to be off
 * @param propagation MS_SHARED and its kin, perhaps with MS_REC; zero for none
 * @param data the file system's own options, comma-separated
 * @param copyUp a tmpfs that begins with what it hides
 */
public record MountOptions(
    long flags, long clearFlags, long propagation, String data, boolean copyUp) {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;

  private record Meaning(long set, long clear, long propagation) {}

  private static final Map<String, Meaning> MEANINGS = new HashMap<>();

  static {
    pair("ro", "rw", MS_RDONLY);
    pair("nosuid", "suid", MS_NOSUID);
    pair("nodev", "dev", MS_NODEV);
    pair("noexec", "exec", MS_NOEXEC);
    pair("sync", "async", 16);
    pair("mand", "nomand", 64);
    pair("dirsync", "nodirsync", 128);
    pair("nosymfollow", "symfollow", 256);
    pair("noatime", "atime", 1024);
    pair("nodiratime", "diratime", 2048);
    pair("silent", "loud", 32768);
    pair("acl", "noacl", 1 << 16);
    pair("relatime", "norelatime", 1 << 21);
    pair("iversion", "noiversion", 1 << 23);
    pair("strictatime", "nostrictatime", 1 << 24);
    pair("lazytime", "nolazytime", 1 << 25);
    MEANINGS.put("defaults", new Meaning(0, 0, 0));
    MEANINGS.put("bind", new Meaning(MS_BIND, 0, 0));
    MEANINGS.put("rbind", new Meaning(MS_BIND | MS_REC, 0, 0));
    MEANINGS.put("remount", new Meaning(32, 0, 0));
    propagate("unbindable", 1 << 17);
    propagate("private", 1 << 18);
    propagate("slave", 1 << 19);
    propagate("shared", 1 << 20);
  }

  private static void pair(String on, String off, long flag) {
    // An export is one file system in the guest, so that the recursive form says the same.
    for (String prefix : List.of("", "r")) {
      MEANINGS.put(prefix + on, new Meaning(flag, 0, 0));
      MEANINGS.put(prefix + off, new Meaning(0, flag, 0));
    }
  }

  private static void propagate(String word, long flag) {
    MEANINGS.put(word, new Meaning(0, 0, flag));
    MEANINGS.put("r" + word, new Meaning(0, 0, flag | MS_REC));
  }

  /** The meaning of these options; refuses what this runtime cannot do. */
  public static MountOptions parse(List<String> options) {
    long flags = 0;
    long clear = 0;
    long propagation = 0;
    boolean copyUp = false;
    List<String> data = new ArrayList<>();
    for (String option : options) {
      Meaning meaning = MEANINGS.get(option);
      if (meaning != null) {
        flags = (flags | meaning.set()) & ~meaning.clear();
        clear = (clear | meaning.clear()) & ~meaning.set();
        propagation = meaning.propagation() == 0 ? propagation : meaning.propagation();
      } else if (option.equals("tmpcopyup")) {
        copyUp = true;
      } else if (option.equals("idmap") || option.equals("ridmap")) {
        throw new BundleException("mount option \"" + option + "\" is not supported");
      } else {
        data.add(option);
      }
    }
    return new MountOptions(flags, clear, propagation, String.join(",", data), copyUp);
  }

  /** The flags of one word of rootfsPropagation. */
  public static Optional<Long> propagationOf(String word) {
    return Optional.ofNullable(MEANINGS.get(word))
        .map(Meaning::propagation)
        .filter(flags -> flags != 0);
  }

  /** True if a file tree of the host is to be shown. */
  public boolean binds() {
    return (flags & MS_BIND) != 0;
  }

  /** True if writing is to be refused. */
  public boolean readonly() {
    return (flags & MS_RDONLY) != 0;
  }
}
