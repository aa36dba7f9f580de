// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xenrunc.oci.BundleException;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.xl.Size;
import dev.xenrunc.xl.TscMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizePlannerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SizeWishes NO_WISHES = new SizeWishes(Optional.empty(), Optional.empty());

  private static SizePlanner planner(int memoryMaxMib, int vcpusMax) {
    return planner(memoryMaxMib, vcpusMax, List.of());
  }

  private static SizePlanner planner(int memoryMaxMib, int vcpusMax, List<Integer> processors) {
    GuestSettings settings =
        new GuestSettings(
            Path.of("/k"),
            Path.of("/n"),
            Path.of("/i"),
            128,
            48,
            18,
            memoryMaxMib,
            1,
            vcpusMax,
            processors,
            TscMode.DEFAULT,
            "",
            List.of(),
            Set.of(),
            GuestFiles.NONE,
            false);
    return new SizePlanner(settings, new HostFacts(4, 8 << 20, 1 << 20));
  }

  private static ResourcesSpec resources(String json) {
    try {
      return JSON.readValue(json, ResourcesSpec.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void withoutAMaximumADomainIsMadeWithWhatItUses() {
    Size size = planner(0, 0).first(resources("{}"), NO_WISHES);

    assertEquals(Size.of(1, 128 * 1024), size);
  }

  @Test
  void aMaximumIsRoomToGrow() {
    Size size = planner(512, 3).first(resources("{\"memory\":{\"limit\":67108864}}"), NO_WISHES);

    assertEquals(90 * 1024, size.memoryKib(), "and the map of 512 MiB");
    assertEquals(512 * 1024, size.memoryMaxKib());
    assertEquals(1, size.vcpus());
    assertEquals(3, size.vcpusMax());
  }

  @Test
  void whatAnUpdateDoesNotLimitOtherwiseStays() {
    SizePlanner planner = planner(512, 4);
    ResourcesSpec before = resources("{\"memory\":{\"limit\":67108864}}");
    Size made = planner.first(before, new SizeWishes(Optional.of(4), Optional.of(256L)));

    Size after =
        planner.changed(
            made,
            before,
            resources(
                "{\"memory\":{\"limit\":67108864,\"reservation\":1048576,\"swap\":-1},"
                    + "\"cpu\":{\"shares\":512}}"));

    assertEquals(4, after.vcpus());
    assertEquals(256 * 1024, after.memoryKib());
  }

  @Test
  void aLargerContainerIsNotCutToTheMaximum() {
    Size size =
        planner(64, 1)
            .first(
                resources("{\"memory\":{\"limit\":134217728},\"cpu\":{\"quota\":300000}}"),
                NO_WISHES);

    assertEquals(148 * 1024, size.memoryMaxKib());
    assertEquals(3, size.vcpusMax());
  }

  @Test
  void withoutASetProcessorsAreTheAdministrators() {
    SizePlanner planner = planner(0, 0, List.of(1, 3));

    Size usual = planner.first(resources("{\"cpu\":{\"quota\":300000}}"), NO_WISHES);
    Size own = planner.first(resources("{\"cpu\":{\"cpus\":\"0\"}}"), NO_WISHES);

    assertEquals(List.of(1, 3), usual.processors());
    assertEquals(3, usual.vcpus());
    assertEquals(List.of(0), own.processors());
    assertEquals(
        List.of(1, 3),
        planner
            .changed(usual, resources("{}"), resources("{\"cpu\":{\"shares\":512}}"))
            .processors());
  }

  @Test
  void processorsAreTheSet() {
    Size size = planner(0, 0).first(resources("{\"cpu\":{\"cpus\":\"2,0-1\"}}"), NO_WISHES);

    assertEquals(List.of(0, 1, 2), size.processors());
    assertEquals(3, size.vcpus());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1-", "-1", "3-2", "4096", "1,,2", "1;2"})
  void aSetThatIsNoListIsRefused(String list) {
    ResourcesSpec bad = resources("{\"cpu\":{\"cpus\":\"" + list + "\"}}");

    BundleException e =
        assertThrows(BundleException.class, () -> planner(0, 0).first(bad, NO_WISHES));
    assertEquals("cpuset.cpus \"" + list + "\" is no list of processors", e.getMessage());
  }

  /** Made without a limit: 128 MiB and one vcpu, or with room up to 512 and 3. */
  @ParameterizedTest
  @CsvSource({"0,67108864,84", "0,104857600,120", "512,67108864,90", "512,268435456,282"})
  void memoryGoesDownAndUpWithinTheDomain(int maxMib, long limit, long mib) {
    SizePlanner planner = planner(maxMib, 0);
    Size made = planner.first(ResourcesSpec.NONE, NO_WISHES);

    Size down = planner.changed(made, ResourcesSpec.NONE, memory(limit));
    Size back = planner.changed(down, memory(limit), memory(-1));

    assertEquals(mib * 1024, down.memoryKib());
    assertEquals(made.memoryMaxKib(), down.memoryMaxKib());
    assertEquals(made.memoryMaxKib(), back.memoryKib());
  }

  private static ResourcesSpec memory(long limit) {
    return resources("{\"memory\":{\"limit\":" + limit + "}}");
  }

  @Test
  void moreMemoryThanTheDomainHasIsRefusedWithWhatIsPossible() {
    SizePlanner planner = planner(0, 0);
    Size made = planner.first(ResourcesSpec.NONE, NO_WISHES);

    BundleException e =
        assertThrows(
            BundleException.class,
            () -> planner.changed(made, ResourcesSpec.NONE, memory(134217728)));

    assertEquals(
        "memory limit of 128 MiB is not possible: the container's domain was made with 128 MiB,"
            + " which allow for at most 108 MiB (max_memory_mib in config.toml)",
        e.getMessage());
    assertEquals(
        128 * 1024, planner.changed(made, ResourcesSpec.NONE, memory(108 << 20)).memoryKib());
  }

  @Test
  void vcpusFollowTheQuotaWithinTheDomain() {
    SizePlanner planner = planner(0, 3);
    Size made = planner.first(ResourcesSpec.NONE, NO_WISHES);
    ResourcesSpec two = resources("{\"cpu\":{\"quota\":150000,\"period\":100000}}");
    ResourcesSpec four = resources("{\"cpu\":{\"quota\":400000}}");

    Size more = planner.changed(made, ResourcesSpec.NONE, two);
    assertEquals(2, more.vcpus());
    assertEquals(150, more.capPercent());
    assertEquals(1, planner.changed(more, two, ResourcesSpec.NONE).vcpus());
    assertEquals(
        "cpu limit needs 4 processors: the container's domain was made with 3, so that at most"
            + " 3.00 cpus are possible (max_vcpus in config.toml)",
        assertThrows(BundleException.class, () -> planner.changed(made, ResourcesSpec.NONE, four))
            .getMessage());
  }
}
