#!/usr/bin/env bats
# The global options, --version, and errors of the command line itself.

load helpers

@test "options: --version begins as containerd's client library wants it" {
  run "$RUNTIME" --version
  expect 0 "$status" "exit code"
  [[ ${lines[0]} == "runc version "* ]]
  [[ $output == *"commit: "* && $output == *"spec: "* ]]
}

@test "options: features is JSON with the versions and the hooks" {
  [[ $(basename "$RUNTIME") != runc ]] || skip "Debian's runc 1.1 may not have the verb"
  run "$RUNTIME" features
  expect 0 "$status" "exit code"
  jq -e '.ociVersionMin and .ociVersionMax and (.hooks | length > 0)' <<<"$output"
}

@test "options: an unknown log format is refused" {
  run "$RUNTIME" --log-format xml state x
  expect 1 "$status" "exit code"
}

@test "options: an unknown global option is refused" {
  run "$RUNTIME" --no-such-option state x
  expect 1 "$status" "exit code"
}

@test "options: a verb that there is not exits with 3, whoever asks for it" {
  run "$RUNTIME" no-such-verb x
  expect 3 "$status" "exit code of the verb"
  run "$RUNTIME" help no-such-verb
  expect 3 "$status" "exit code of its help"
  [[ $output == *"No help topic for 'no-such-verb'"* ]]
}
