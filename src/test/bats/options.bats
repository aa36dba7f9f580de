#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
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
  jq -es '.[0] | .ociVersionMin and .ociVersionMax and (.hooks | length > 0)' <<<"$output"
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

# bats test_tags=lab
@test "options: --debug tells what is done in the log, in its format, with places" {
  spec '.process.args = ["true"] | .process.env += ["TOKEN=hunter2"]'
  runtime --debug run --bundle "$bundle" "$id" </dev/null >"$work/out" 2>"$work/err"
  expect "" "$(cat "$work/err")" "stderr"
  jq -es 'map(select(.level == "debug")) | length > 3' "$work/log.json"
  jq -es 'all(.level != "error") and all(has("msg") and has("time"))' "$work/log.json"
  jq -es 'any(has("func") and (.file // "" | test("^.+:[0-9]+$")))' "$work/log.json"
  run ! grep hunter2 "$work/log.json"
}

# bats test_tags=lab
@test "options: --debug without --log tells it on stderr, as text" {
  spec '.process.args = ["echo", "hello"]'
  run --separate-stderr "$RUNTIME" --root "$root" --debug run --bundle "$bundle" "$id" </dev/null
  expect 0 "$status" "exit code"
  expect hello "$output" "stdout"
  grep -qE '^time="[^"]+" level=debug msg=' <<<"$stderr"
}

# bats test_tags=lab
@test "options: --debug gives an error its place" {
  runtime --debug state no-such-container </dev/null >/dev/null 2>"$work/err" && return 1
  expect "container does not exist" "$(cat "$work/err")" "stderr"
  jq -es 'last | .level == "error" and .msg == "container does not exist" and
    (.func | length > 0) and (.file | test(":[0-9]+$"))' "$work/log.json"
}

# bats test_tags=lab
@test "options: without --debug nothing is told of a verb that is done" {
  spec '.process.args = ["true"]'
  runtime run --bundle "$bundle" "$id" </dev/null >"$work/out" 2>"$work/err"
  expect "" "$(cat "$work/out" "$work/err" "$work/log.json" 2>/dev/null)" "what is said"
}

# bats test_tags=lab
@test "options: --debug names the engine's acts with their operands" {
  [[ $(basename "$RUNTIME") != runc ]] || skip "runc has no engine"
  runtime --debug create --bundle "$bundle" "$id" </dev/null >"$work/out" 2>"$work/err"
  runtime --debug start "$id" </dev/null
  for act in "READ_FILE PATH=\"$bundle/config.json\"" 'SPAWN_MONITOR ' 'state.json: CREATING' \
    'state.json: RUNNING' 'monitor: PREPARE ' 'monitor: RUN .*ARG="sleep" .*ARG and 1 more'; do
    jq -es --arg act "$act" 'any(.msg | test($act))' "$work/log.json" >/dev/null || {
      echo "not told: $act" >&2
      cat "$work/log.json" >&2
      return 1
    }
  done
}
