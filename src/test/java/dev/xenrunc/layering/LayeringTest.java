// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.layering;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rooms of the Java code, which way their doors open, and what nobody may use. */
@AnalyzeClasses(packages = "dev.xenrunc", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {
  private static final String BASE = "dev.xenrunc.";

  /** Each room, and the rooms that it may use. */
  private static final Map<String, Set<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "cli",
                  Set.of(
                      "check",
                      "container",
                      "diagnosis",
                      "domain",
                      "engine",
                      "host",
                      "oci",
                      "time",
                      "xl")),
              Map.entry("check", Set.of()),
              Map.entry("engine", Set.of("diagnosis", "host", "oci", "wire")),
              Map.entry(
                  "container",
                  Set.of(
                      "diagnosis",
                      "domain",
                      "hook",
                      "host",
                      "monitor",
                      "oci",
                      "time",
                      "wire",
                      "xl")),
              Map.entry("domain", Set.of("oci", "xl")),
              Map.entry("hook", Set.of("host", "oci")),
              Map.entry("monitor", Set.of("diagnosis", "time", "wire", "xl")),
              Map.entry("host", Set.of("oci", "time")),
              Map.entry("xl", Set.of("diagnosis", "time", "xl.ffi", "xl.store")),
              Map.entry("xl.store", Set.of("diagnosis", "time")),
              Map.entry("xl.ffi", Set.of()),
              Map.entry("oci", Set.of()),
              Map.entry("wire", Set.of("diagnosis")),
              Map.entry("diagnosis", Set.of()),
              Map.entry("log", Set.of("diagnosis")),
              Map.entry("time", Set.of())));

  @ArchTest static final ArchRule doorsOpenOneWay = rooms();

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("dev.xenrunc.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule addressesStayInTwoRooms =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.xenrunc.xl.ffi", "dev.xenrunc.host")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jnr..")
          .because("nobody else sees a pointer, an errno or a bare descriptor");

  @ArchTest
  static final ArchRule picocliStaysAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.xenrunc.cli")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule nobodyStartsProcesses =
      noClasses()
          .should()
          .callConstructor(ProcessBuilder.class, String[].class)
          .orShould()
          .callConstructor(ProcessBuilder.class, List.class)
          .orShould()
          .callMethod(Runtime.class, "exec", String[].class)
          .orShould()
          .callMethod(Runtime.class, "exec", String.class)
          .because("the engine's only children are libxl's: the launcher runs what must be run");

  @ArchTest
  static final ArchRule nobodySleepsToSynchronise =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.xenrunc.host.Poll")
          .should()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule nobodyUsesFile =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .because("Path says more and fails better");

  @ArchTest
  static final ArchRule nobodyPrintsStackTraces =
      noClasses().should().callMethod(Throwable.class, "printStackTrace");

  /** A room that the list does not know would be bound by no rule. */
  @ArchTest
  static void everyPackageIsARoomOfTheList(JavaClasses classes) {
    Set<String> found =
        classes.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.substring(BASE.length()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(ROOMS.keySet(), found);
  }

  private static LayeredArchitecture rooms() {
    LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String room : ROOMS.keySet()) {
      layers = layers.layer(room).definedBy(resideInAnyPackage(BASE + room));
    }
    for (Map.Entry<String, Set<String>> room : ROOMS.entrySet()) {
      layers = mayUse(layers, room.getKey(), room.getValue());
    }
    return layers;
  }

  private static LayeredArchitecture mayUse(
      LayeredArchitecture layers, String room, Set<String> used) {
    return used.isEmpty()
        ? layers.whereLayer(room).mayNotAccessAnyLayer()
        : layers.whereLayer(room).mayOnlyAccessLayers(used.toArray(String[]::new));
  }
}
