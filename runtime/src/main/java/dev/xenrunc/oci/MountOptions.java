// SPDX-License-Identifier: Apache-2.0
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
 * @param flags MS_* to set on the mount itself; MS_REC to have what is mounted below its source
 * @param recursiveFlags MS_* to set on all that is mounted below it as well
 * @param clearFlags MS_* that were asked to be off
 * @param propagation MS_SHARED and its kin, perhaps with MS_REC; zero for none
 * @param data the file system's own options, comma-separated
 * @param copyUp a tmpfs that begins with what it hides
 */
public record MountOptions(
    long flags,
    long recursiveFlags,
    long clearFlags,
    long propagation,
    String data,
    boolean copyUp) {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_BIND = 4096;
  private static final long MS_REMOUNT = 32;
  private static final long MS_NOSYMFOLLOW = 256;
  public static final long MS_NOATIME = 1024;
  public static final long MS_NODIRATIME = 2048;
  public static final long MS_REC = 16384;
  public static final long MS_RELATIME = 1 << 21;
  public static final long MS_STRICTATIME = 1 << 24;

  /** What the host's mounts of a bind mount's source have. */
  private static final long OF_THE_SOURCE =
      MS_RDONLY
          | MS_NOSUID
          | MS_NODEV
          | MS_NOEXEC
          | MS_NOSYMFOLLOW
          | MS_NOATIME
          | MS_NODIRATIME
          | MS_REC
          | MS_RELATIME
          | MS_STRICTATIME;

  private record Meaning(long set, long clear, long propagation, boolean recursive) {}

  private static final Map<String, Meaning> MEANINGS = new HashMap<>();

  static {
    attribute("ro", "rw", MS_RDONLY);
    attribute("nosuid", "suid", MS_NOSUID);
    attribute("nodev", "dev", MS_NODEV);
    attribute("noexec", "exec", MS_NOEXEC);
    attribute("nosymfollow", "symfollow", MS_NOSYMFOLLOW);
    attribute("noatime", "atime", MS_NOATIME);
    attribute("nodiratime", "diratime", MS_NODIRATIME);
    attribute("relatime", "norelatime", MS_RELATIME);
    attribute("strictatime", "nostrictatime", MS_STRICTATIME);
    pair("", "sync", "async", 16);
    pair("", "mand", "nomand", 64);
    pair("", "dirsync", "nodirsync", 128);
    pair("", "silent", "loud", 32768);
    pair("", "acl", "noacl", 1 << 16);
    pair("", "iversion", "noiversion", 1 << 23);
    pair("", "lazytime", "nolazytime", 1 << 25);
    MEANINGS.put("defaults", new Meaning(0, 0, 0, false));
    MEANINGS.put("bind", new Meaning(MS_BIND, 0, 0, false));
    MEANINGS.put("rbind", new Meaning(MS_BIND | MS_REC, 0, 0, false));
    MEANINGS.put("remount", new Meaning(MS_REMOUNT, 0, 0, false));
    propagate("unbindable", 1 << 17);
    propagate("private", 1 << 18);
    propagate("slave", 1 << 19);
    propagate("shared", 1 << 20);
  }

  /** A property of the mount itself, which has a recursive form. */
  private static void attribute(String on, String off, long flag) {
    pair("", on, off, flag);
    pair("r", on, off, flag);
  }

  private static void pair(String prefix, String on, String off, long flag) {
    MEANINGS.put(prefix + on, new Meaning(flag, 0, 0, !prefix.isEmpty()));
    MEANINGS.put(prefix + off, new Meaning(0, flag, 0, !prefix.isEmpty()));
  }

  private static void propagate(String word, long flag) {
    MEANINGS.put(word, new Meaning(0, 0, flag, false));
    MEANINGS.put("r" + word, new Meaning(0, 0, flag | MS_REC, false));
  }

  /** Flags to be on and to be off; of two opposite words the later counts. */
  private record Flags(long set, long clear) {
    static final Flags NONE = new Flags(0, 0);

    Flags then(long moreSet, long moreClear) {
      return new Flags((set | moreSet) & ~moreClear, (clear | moreClear) & ~moreSet);
    }
  }

  /** The meaning of these options; refuses what this runtime cannot do. */
  public static MountOptions parse(List<String> options) {
    Flags plain = Flags.NONE;
    Flags recursive = Flags.NONE;
    long propagation = 0;
    boolean copyUp = false;
    List<String> data = new ArrayList<>();
    for (String option : options) {
      Meaning meaning = MEANINGS.get(option);
      if (meaning != null && meaning.recursive()) {
        recursive = recursive.then(meaning.set(), meaning.clear());
      } else if (meaning != null) {
        plain = plain.then(meaning.set(), meaning.clear());
        propagation = meaning.propagation() == 0 ? propagation : meaning.propagation();
      } else if (option.equals("tmpcopyup")) {
        copyUp = true;
      } else if (option.equals("idmap") || option.equals("ridmap")) {
        throw new BundleException("mount option \"" + option + "\" is not supported");
      } else {
        data.add(option);
      }
    }
    // runc sets the recursive ones last, on all that is mounted below.
    Flags all = plain.then(recursive.set(), recursive.clear());
    return new MountOptions(
        all.set(), recursive.set(), all.clear(), propagation, String.join(",", data), copyUp);
  }

  /** The flags of one word of rootfsPropagation. */
  public static Optional<Long> propagationOf(String word) {
    return Optional.ofNullable(MEANINGS.get(word))
        .map(Meaning::propagation)
        .filter(flags -> flags != 0);
  }

  /** True if a file tree of the host is to be shown. */
  public boolean binds() {
    return (flags & MS_BIND) != 0 && !remounts();
  }

  /**
   * True if only what is mounted at the destination is to change: with MS_BIND the flags of that
   * mount alone, whatever the source.
   */
  public boolean remounts() {
    return (flags & MS_REMOUNT) != 0;
  }

  /** The flags that the host sets on the mount at the source; MS_REC to share those below it. */
  public long sourceFlags() {
    return flags & OF_THE_SOURCE;
  }

  /**
   * True if the mount has the flags that the host has at the source: runc makes a remount, which
   * leaves none of them, only for words that say something of the mount itself.
   */
  public boolean keepsSourceFlags() {
    return binds() && (flags & ~recursiveFlags & ~(MS_BIND | MS_REC)) == 0 && clearFlags == 0;
  }

  /** The flags that the host sets on it and on all that is mounted below it. */
  public long recursiveSourceFlags() {
    return recursiveFlags & OF_THE_SOURCE;
  }
}
