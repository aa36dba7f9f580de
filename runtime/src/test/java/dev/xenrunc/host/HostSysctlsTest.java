// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSysctlsTest {
  private static final long HOST_KIB = 4 << 20;
  private static final long GUEST_KIB = 64 << 10;

  @TempDir private Path directory;

  private void host(String name, String value) throws IOException {
    Path file = directory.resolve(name.replace('.', '/'));
    Files.createDirectories(file.getParent());
    Files.writeString(file, value + "\n");
  }

  private Map<String, String> values(long guestKib, String... added) {
    return new HostSysctls(directory, HOST_KIB).values(guestKib, List.of(added));
  }

  @Test
  void whatTheHostHasIsTakenAsItIs() throws IOException {
    host("vm.max_map_count", "262144");
    host("net.ipv4.tcp_rmem", "4096\t131072\t6291456");
    host("vm.dirty_ratio", "20");

    assertEquals(
        Map.of("vm.max_map_count", "262144", "net.ipv4.tcp_rmem", "4096\t131072\t6291456"),
        values(GUEST_KIB));
  }

  @Test
  void whatIsAddedIsTakenToo() throws IOException {
    host("vm.dirty_ratio", "20");

    assertEquals(
        Map.of("vm.dirty_ratio", "20"), values(GUEST_KIB, "vm.dirty_ratio", "vm.nothing.such"));
  }

  /** A kernel that is told either forgets the other. */
  @Test
  void onlyOneOfTwoWaysToLimitCommitmentIsTaken() throws IOException {
    host("vm.overcommit_ratio", "50");
    host("vm.overcommit_kbytes", "0");
    assertEquals(Map.of("vm.overcommit_ratio", "50"), values(GUEST_KIB));

    host("vm.overcommit_ratio", "0");
    host("vm.overcommit_kbytes", "1000");
    assertEquals(Map.of("vm.overcommit_kbytes", "1000"), values(GUEST_KIB));
  }

  @Test
  void aGuestThatIsLargerThanTheHostKeepsItsOwnLimits() throws IOException {
    host("kernel.threads-max", "30000");

    assertEquals(Map.of("kernel.threads-max", "30000"), values(HOST_KIB));
    assertEquals(Map.of(), values(HOST_KIB + 1));
  }

  @Test
  void whatNoCgroupIsChargedForIsBoundedByTheGuestsMemory() throws IOException {
    host("net.netfilter.nf_conntrack_max", "262144");
    host("net.ipv4.tcp_max_tw_buckets", "1000");

    assertEquals(
        Map.of("net.netfilter.nf_conntrack_max", "13107", "net.ipv4.tcp_max_tw_buckets", "1000"),
        values(GUEST_KIB));
  }

  @Test
  void aValueThatIsTooLongIsPassedOver() throws IOException {
    host("kernel.core_pattern", "x".repeat(2000));
    host("fs.nr_open", "");

    assertEquals(Map.of(), values(GUEST_KIB));
  }

  @Test
  void theDocumentHasEachName() throws IOException {
    String document = Files.readString(Path.of("../docs/spec-conformance.md"));
    String table =
        document.substring(
            document.indexOf("## Kernel settings"),
            document.indexOf("\n## ", document.indexOf("## Kernel settings") + 1));
    List<String> names = new ArrayList<>();
    for (String line : table.lines().filter(l -> l.startsWith("| `")).toList()) {
      Matcher name = Pattern.compile("`([a-z0-9_.-]+)`").matcher(line.split("\\|")[1]);
      while (name.find()) {
        names.add(name.group(1));
      }
    }

    assertEquals(List.copyOf(HostSysctls.names()), names);
  }
}
