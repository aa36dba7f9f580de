#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# resume: what pause.bats does not say of it.

load helpers

@test "resume: a created, a running, a stopped and an unknown container are not paused" {
  create
  run runtime resume "$id" </dev/null
  expect 1 "$status" "exit code when created"
  runtime start "$id" </dev/null
  run runtime resume "$id" </dev/null
  expect 1 "$status" "exit code when running"
  expect "container not paused" "$(logged_error)" error
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  run runtime resume "$id" </dev/null
  expect 1 "$status" "exit code when stopped"
  expect stopped "$(state)" status
  run runtime resume nobody </dev/null
  expect 1 "$status" "exit code when unknown"
  expect "container does not exist" "$(logged_error)" error
}

@test "resume: a flag, no id and two ids are refused" {
  for words in "--no-such $id" "" "a b"; do
    # shellcheck disable=SC2086 # several words
    run runtime resume $words </dev/null
    expect 1 "$status" "exit code of resume $words"
  done
}

@test "resume: paused and resumed again and again it goes on" {
  spec '.process.args = ["sh", "-c", "while :; do echo tick; sleep 0.02; done"]'
  create
  runtime start "$id" </dev/null
  for _ in {1..5}; do
    runtime pause "$id" </dev/null
    expect paused "$(state)" "status after pause"
    runtime resume "$id" </dev/null
    expect running "$(state)" "status after resume"
  done
  local before
  before=$(wc -l <"$work/out")
  within 10 eval "((\$(wc -l <'$work/out') > $before))"
}
