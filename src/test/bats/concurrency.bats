#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Verbs at the same time: one wins, nothing is half done, and state is JSON at every moment.

load helpers

@test "concurrency: of eight creates of one id one wins" {
  [[ $RUNTIME != runc ]] || skip "runc 1.1 looks whether the id is free and then takes it, so that two may win"
  local pids=() won=0 i
  for i in {1..8}; do
    runtime create --bundle "$bundle" --pid-file "$work/pid$i" "$id" </dev/null >"$work/o$i" 2>&1 &
    pids+=($!)
  done
  for i in {1..8}; do
    if wait "${pids[i - 1]}"; then
      won=$((won + 1))
      expect "$(runtime state "$id" </dev/null | jq .pid)" "$(cat "$work/pid$i")" "the winner's pid"
    else
      grep -q "already exists" "$work/o$i"
      [[ ! -e $work/pid$i ]]
    fi
  done
  expect 1 "$won" "creates that succeeded"
  expect created "$(state)" status
}

@test "concurrency: start and delete --force at once leave nothing" {
  for i in {1..5}; do
    create
    runtime start "$id" </dev/null >/dev/null 2>&1 &
    starting=$!
    sleep "0.0$i"
    runtime delete --force "$id" </dev/null
    wait "$starting" || true
    # runc's start may come first with its process; a second delete finds it, or nothing.
    runtime delete --force "$id" </dev/null
    run ! runtime state "$id" </dev/null
    pid=$(cat "$work/pid")
    within 5 eval "! kill -0 $pid 2>/dev/null"
    [[ ! -e $root/$id ]]
  done
}

@test "concurrency: state is whole in a storm of kill, exec, pause and resume" {
  spec '.process.args = ["sh", "-c", "trap \"echo got\" USR1; while :; do sleep 0.05; done"]'
  create
  runtime start "$id" </dev/null
  storm() {
    for _ in {1..6}; do
      runtime "$@" </dev/null >/dev/null 2>&1 || true
    done
  }
  local storms=()
  storm kill "$id" USR1 &
  storms+=($!)
  storm exec "$id" true &
  storms+=($!)
  storm exec "$id" true &
  storms+=($!)
  # An exec that was paused halfway ends only when somebody resumes the container.
  { for _ in {1..4}; do
    storm pause "$id" &
    storm resume "$id" &
    wait
    runtime resume "$id" </dev/null >/dev/null 2>&1 || true
  done; } &
  storms+=($!)
  local seen=0
  for _ in {1..25}; do
    runtime state "$id" </dev/null >"$work/state.json"
    expect "$id string" "$(jq -r '"\(.id) \(.status | type)"' "$work/state.json")" document
    [[ $(jq -r .status "$work/state.json") =~ ^(running|paused)$ ]]
    jq -es 'length == 1' "$root/$id/state.json" >/dev/null
    seen=$((seen + 1))
  done
  expect 25 "$seen" states
  wait "${storms[@]}"
  expect running "$(state)" "status after the storm"
  within 5 grep -q got "$work/out"
  runtime exec "$id" true </dev/null
}

@test "concurrency: kills at once end it once, and the others say so" {
  create
  runtime start "$id" </dev/null
  local kills=() i
  for i in {1..6}; do
    runtime kill "$id" KILL </dev/null >"$work/o$i" 2>&1 &
    kills+=($!)
  done
  wait "${kills[@]}" || true
  within 10 is_status stopped
  for i in {1..6}; do
    [[ ! -s $work/o$i ]] || grep -qE "container not running|process already finished|no such process" "$work/o$i"
  done
}

@test "concurrency: what is changed in the bundle after create has no effect" {
  spec '.process.args = ["echo", "first"]'
  create
  spec '.process.args = ["echo", "second"]'
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect first "$(cat "$work/out")" output
}

@test "concurrency: a pid that is another process's by now means stopped" {
  create
  runtime start "$id" </dev/null
  cp "$root/$id/state.json" "$work/state.json"
  jq 'if .monitorStartTime then .monitorStartTime += 1 else .init_process_start += 1 end' \
    "$work/state.json" >"$root/$id/state.json"
  expect stopped "$(state)" status
  run runtime kill "$id" KILL </dev/null
  expect 1 "$status" "exit code of kill"
  kill -0 "$(cat "$work/pid")"
  cp "$work/state.json" "$root/$id/state.json"
  expect running "$(state)" "status as it was"
}
