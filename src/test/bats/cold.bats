#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What needs neither Xen nor the engine is answered without them: nothing of Java is in reach, and no
# engine is there afterwards. dockerd asks for features when it starts, containerd deletes every
# container once more.

load helpers

setup() {
  work=$BATS_TEST_TMPDIR
  [[ ! -v ENGINE_PID_FILE ]] || {
    kill -KILL "$(cat "$ENGINE_PID_FILE")" 2>/dev/null || true
    rm -f "$ENGINE_PID_FILE"
  }
}

teardown() {
  :
}

# cold WORDS…: without an environment; stdout, stderr and status are run's.
cold() {
  local program
  program=$(command -v "$RUNTIME")
  run --separate-stderr env -i PATH=/nonexistent "$program" --root "$work/root" --log "$work/log.json" --log-format json "$@"
  [[ ! -v ENGINE_PID_FILE ]] || [[ ! -e $ENGINE_PID_FILE ]]
}

@test "cold: --version and -v" {
  for words in --version -version -v; do
    # shellcheck disable=SC2086 # several words
    cold $words
    expect 0 "$status" "exit code of $words"
    [[ ${lines[0]} == "runc version "* ]]
  done
}

@test "cold: features is JSON" {
  cold features
  expect 0 "$status" "exit code"
  jq -es 'length == 1 and (.[0].ociVersionMin | length > 0)' <<<"$output"
}

@test "cold: help of the program lists every verb" {
  for words in --help -h help h ""; do
    # shellcheck disable=SC2086 # several words
    cold $words
    expect 0 "$status" "exit code of \"$words\""
    for verb in checkpoint create delete events exec features kill list pause ps restore resume run spec start state update; do
      grep -qE "^ +$verb +[a-z]" <<<"$output" || expect "a line about $verb" "$output" "help by \"$words\""
    done
  done
}

@test "cold: help of each verb shows its usage and flags" {
  for verb in checkpoint create delete events exec features kill list pause ps restore resume run spec start state update; do
    for words in "$verb --help" "$verb -h" "help $verb"; do
      # shellcheck disable=SC2086 # several words
      cold $words
      expect 0 "$status" "exit code of $words"
      [[ $output == *"NAME:"*" $verb - "*"USAGE:"*" $verb "* ]] || expect "the usage of $verb" "$output" "$words"
    done
  done
  cold create --help
  for flag in --bundle --console-socket --pid-file --no-pivot --no-new-keyring --preserve-fds; do
    [[ $output == *"$flag"* ]]
  done
}

@test "cold: spec writes a config.json" {
  mkdir "$work/bundle"
  cold spec --bundle "$work/bundle"
  expect 0 "$status" "exit code"
  jq -es '.[0].process.args | length > 0' "$work/bundle/config.json"
}

@test "cold: delete --force of an unknown container, in every spelling" {
  for words in "--force nobody" "-f nobody" "-force nobody" "--force=true nobody" "-f=1 nobody" "nobody --force"; do
    # shellcheck disable=SC2086 # several words
    cold delete $words
    expect 0 "$status" "exit code of delete $words"
  done
}

@test "cold: a container that is unknown does not exist" {
  for words in "state nobody" "start nobody" "kill nobody 9" "pause nobody" "resume nobody" "delete nobody"; do
    # shellcheck disable=SC2086 # several words
    cold $words
    expect 1 "$status" "exit code of $words"
    expect "container does not exist" "$stderr" "$words"
  done
}
