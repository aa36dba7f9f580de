// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Options as Go spells them: one dash or two, the value after a blank or after {@code =}. */
final class Options {
  private Options() {}

  static CommandSpec command(String name) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.parser().posixClusteredShortOptionsAllowed(false).overwrittenOptionsAllowed(true);
    spec.addPositional(words());
    return spec;
  }

  /** An option with a value. */
  static OptionSpec text(String... names) {
    return OptionSpec.builder(spellings(names)).type(String.class).arity("1").build();
  }

  /** An option with a value that may be given several times. */
  static OptionSpec texts(String... names) {
    return OptionSpec.builder(spellings(names))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .build();
  }

  /** An option that is on when given, unless its value says otherwise. */
  static OptionSpec flag(String... names) {
    return OptionSpec.builder(spellings(names))
        .type(Boolean.class)
        .arity("0..1")
        .fallbackValue("true")
        .defaultValue("false")
        .converters(Options::isTrue)
        .build();
  }

  /** The words that Go's strconv.ParseBool takes. */
  private static boolean isTrue(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new TypeConversionException("is no boolean");
    };
  }

  private static String[] spellings(String... names) {
    return List.of(names).stream()
        .flatMap(name -> List.of("-" + name, "--" + name).stream())
        .toArray(String[]::new);
  }

  private static PositionalParamSpec words() {
    return PositionalParamSpec.builder()
        .arity("0..*")
        .index("0..*")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .build();
  }

  /** The arguments that are no options; as many as the verb takes, or runc's complaint. */
  static List<String> words(ParseResult parsed, int least, int most) {
    List<String> words = parsed.matchedPositionalValue(0, List.of());
    String verb = parsed.commandSpec().name();
    if (least == most && words.size() != least) {
      throw new UsageException("\"" + verb + "\" requires exactly " + least + " argument(s)");
    }
    if (words.size() < least) {
      throw new UsageException("\"" + verb + "\" requires a minimum of " + least + " argument(s)");
    }
    if (words.size() > most) {
      throw new UsageException("\"" + verb + "\" requires a maximum of " + most + " argument(s)");
    }
    return words;
  }

  /** The value of an option that was given. */
  static Optional<String> value(ParseResult parsed, String name) {
    String value = parsed.matchedOptionValue("--" + name, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** The values of an option that may be given several times. */
  static List<String> values(ParseResult parsed, String name) {
    return parsed.matchedOptionValue("--" + name, List.of());
  }

  static boolean isOn(ParseResult parsed, String name) {
    return parsed.matchedOptionValue("--" + name, false);
  }
}
