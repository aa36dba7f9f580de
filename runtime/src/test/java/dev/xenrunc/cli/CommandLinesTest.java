// SPDX-License-Identifier: Apache-2.0
package dev.xenrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParseResult;

class CommandLinesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bundle /b web",
        "--bundle=/b web",
        "-bundle /b web",
        "-bundle=/b web",
        "-b /b web",
        "-b=/b web",
        "web --bundle /b",
        "--bundle /a --bundle /b web"
      })
  void valuesInEverySpellingOfGo(String words) {
    ParseResult parsed = CommandLines.parse(new CreateCommand(), words.split(" ", -1));

    assertEquals(Optional.of("/b"), Options.value(parsed, "bundle"));
    assertEquals(List.of("web"), Options.words(parsed, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "--force web,true",
    "-force web,true",
    "-f web,true",
    "--force=true web,true",
    "--force=false web,false",
    "--force=1 web,true",
    "-f=T web,true",
    "-f=0 web,false",
    "web,false",
    "web --force,true"
  })
  void flagsInEverySpellingOfGo(String words, boolean on) {
    ParseResult parsed = CommandLines.parse(new DeleteCommand(), words.split(" ", -1));

    assertEquals(on, Options.isOn(parsed, "force"));
    assertEquals(List.of("web"), Options.words(parsed, 1, 1));
  }

  @Test
  void everythingAfterTwoDashesIsAnArgument() {
    ParseResult parsed = CommandLines.parse(new KillCommand(), "--", "-f", "TERM");

    assertEquals(List.of("-f", "TERM"), Options.words(parsed, 1, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "--fast web,flag provided but not defined: -fast",
    "-fast=1 web,flag provided but not defined: -fast",
    "--force=maybe web,'invalid boolean value \"maybe\" for -force: parse error'"
  })
  void unknownFlagsAreRefusedInGosWords(String words, String why) {
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> CommandLines.parse(new DeleteCommand(), words.split(" ", -1)));

    assertEquals(why, e.getMessage());
  }

  @Test
  void aFlagWithoutItsValueIsRefusedInGosWords() {
    UsageException e =
        assertThrows(
            UsageException.class, () -> CommandLines.parse(new CreateCommand(), "web", "--bundle"));

    assertEquals("flag needs an argument: -bundle", e.getMessage());
  }

  @Test
  void whatFollowsTheIdOfAnExecIsTheCommands() {
    ParseResult parsed =
        CommandLines.parse(
            new ExecCommand(), "-e", "A=1", "--env=B=2", "web", "ls", "-d", "--", "--cwd");

    assertEquals(List.of("A=1", "B=2"), Options.values(parsed, "env"));
    assertEquals(
        List.of("web", "ls", "-d", "--", "--cwd"), Options.words(parsed, 1, Integer.MAX_VALUE));
    assertFalse(Options.isOn(parsed, "detach"));
  }

  @Test
  void theNumberOfArgumentsIsChecked() {
    ParseResult none = CommandLines.parse(new StateCommand());
    ParseResult two = CommandLines.parse(new StateCommand(), "a", "b");

    UsageException e = assertThrows(UsageException.class, () -> Options.words(none, 1, 1));
    assertEquals("\"state\" requires exactly 1 argument(s)", e.getMessage());
    assertThrows(UsageException.class, () -> Options.words(two, 1, 1));
  }
}
