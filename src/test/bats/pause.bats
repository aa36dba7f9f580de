#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# pause and resume: nothing of the container runs in between.

load helpers

# Writes a line every 50 ms, and one when it is told to.
ticking() {
  spec '.process.args = ["sh", "-c", "trap \"echo got\" USR1; while :; do echo tick; sleep 0.05; done"]'
  create
  runtime start "$id" </dev/null
  within 10 grep -q tick "$work/out"
}

lines() {
  wc -l <"$work/out"
}

@test "pause: nothing is written until resume" {
  ticking
  runtime pause "$id" </dev/null
  expect paused "$(state)" status
  sleep 0.3
  local before
  before=$(lines)
  sleep 0.5
  expect "$before" "$(lines)" "lines while it is paused"

  runtime resume "$id" </dev/null
  expect running "$(state)" "status after resume"
  within 10 grown "$before"
}

grown() {
  (($(lines) > $1))
}

# bats test_tags=lab
@test "pause: a signal waits for resume" {
  ticking
  runtime pause "$id" </dev/null
  runtime kill "$id" USR1 </dev/null
  sleep 0.3
  run ! grep -q got "$work/out"
  runtime resume "$id" </dev/null
  within 10 grep -q got "$work/out"
}

# bats test_tags=lab
@test "pause: KILL ends a paused container" {
  ticking
  runtime pause "$id" </dev/null
  expect paused "$(state)" "status before"
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
}

@test "pause: delete refuses a paused container, and --force does not" {
  ticking
  runtime pause "$id" </dev/null
  run runtime delete "$id" </dev/null
  expect 1 "$status" "exit code"
  expect "cannot delete container $id that is not stopped: paused" "$(logged_error)" error

  runtime delete --force "$id" </dev/null
  run runtime state "$id" </dev/null
  expect 1 "$status" "exit code of state"
}

@test "pause: a container that does not run is not paused, and one that runs is not resumed" {
  ticking
  run runtime resume "$id" </dev/null
  expect 1 "$status" "exit code of resume"
  expect "container not paused" "$(logged_error)" error

  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  run runtime pause "$id" </dev/null
  expect 1 "$status" "exit code of pause"
  expect "container not running" "$(logged_error)" error
}
