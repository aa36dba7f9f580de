// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import dev.xenrunc.engine.VerbResult;
import dev.xenrunc.oci.ResourcesSpec;
import dev.xenrunc.oci.SpecReader;
import dev.xenrunc.verb.Update;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code update --resources FILE|- ID}, or {@code update [--memory SIZE …] ID} */
final class UpdateCommand implements Verb {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateCommand.class);
  private static final List<String> OPTIONS =
      List.of(
          "cpu-period",
          "cpu-quota",
          "cpu-share",
          "cpuset-cpus",
          "memory",
          "memory-reservation",
          "memory-swap",
          "pids-limit");

  /** Those of limits that config.json has, too, and that are ignored there. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "blkio-weight",
          "cpu-burst",
          "cpu-rt-period",
          "cpu-rt-runtime",
          "cpu-idle",
          "cpuset-mems",
          "kernel-memory",
          "kernel-memory-tcp",
          "l3-cache-schema",
          "mem-bw-schema");

  @Override
  public CommandSpec options() {
    CommandSpec spec = Options.command("update").addOption(Options.text("resources", "r"));
    OPTIONS.forEach(name -> spec.addOption(Options.text(name)));
    WITHOUT_EFFECT.forEach(name -> spec.addOption(Options.text(name)));
    return spec;
  }

  @Override
  public VerbResult run(ParseResult parsed, Invocation invocation) {
    String id = Options.words(parsed, 1, 1).get(0);
    Optional<String> file = Options.value(parsed, "resources");
    ResourcesSpec change =
        file.isPresent()
            ? SpecReader.readResources(
                invocation.launcher().readFile(path(file.get(), invocation), SpecReader.SIZE_MAX))
            : new Given(parsed).resources();
    new Update(invocation.container(id)).run(change);
    return VerbResult.done();
  }

  private static Path path(String given, Invocation invocation) {
    return given.equals("-") ? Path.of(given) : invocation.call().cwd().resolve(given);
  }

  /** What the options say. */
  private record Given(ParseResult parsed) {
    ResourcesSpec resources() {
      for (String option : WITHOUT_EFFECT) {
        if (Options.value(parsed, option).filter(value -> !value.equals("0")).isPresent()) {
          LOG.info("ignored in the update: --{}", option);
        }
      }
      return new ResourcesSpec(memory(), cpu(), pids(), Map.of(), List.of());
    }

    private ResourcesSpec.Memory memory() {
      return new ResourcesSpec.Memory(
          value("memory", GoText::size),
          value("memory-reservation", GoText::size),
          value("memory-swap", GoText::size));
    }

    private ResourcesSpec.Cpu cpu() {
      return new ResourcesSpec.Cpu(
          value("cpu-share", Given::unsigned),
          value("cpu-quota", Given::signed),
          value("cpu-period", Given::unsigned),
          Options.value(parsed, "cpuset-cpus").orElse(null));
    }

    private ResourcesSpec.Pids pids() {
      return new ResourcesSpec.Pids(flag("pids-limit"));
    }

    private static long signed(String text) {
      return GoText.number(text, true);
    }

    private static long unsigned(String text) {
      return GoText.number(text, false);
    }

    private @Nullable Long value(String option, Function<String, Long> reader) {
      return Options.value(parsed, option)
          .map(
              text -> {
                try {
                  return reader.apply(text);
                } catch (UsageException e) {
                  throw new UsageException("invalid value for " + option + ": " + e.getMessage());
                }
              })
          .orElse(null);
    }

    /** A number that runc's flag parser itself reads. */
    private @Nullable Long flag(String option) {
      return Options.value(parsed, option)
          .map(
              text -> {
                try {
                  return signed(text);
                } catch (UsageException e) {
                  throw new UsageException(
                      "invalid value \"" + text + "\" for flag -" + option + ": parse error");
                }
              })
          .orElse(null);
    }
  }
}
