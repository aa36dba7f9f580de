#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# ps: the host's processes that stand for a container's.

load helpers

running() {
  spec '.'
  create
  runtime start "$id" </dev/null
}

@test "ps: json is the pids, the container's first" {
  running
  runtime ps --format json "$id" </dev/null >"$work/ps"
  jq -es --argjson pid "$(cat "$work/pid")" '. == [[$pid]]' "$work/ps"
}

@test "ps: a process by exec has a pid of its own there" {
  running
  runtime exec --detach --pid-file "$work/exec.pid" "$id" sleep 50 </dev/null >"$work/exec.out" 2>&1
  runtime ps -f json "$id" </dev/null >"$work/ps"
  jq -es --argjson main "$(cat "$work/pid")" --argjson exec "$(cat "$work/exec.pid")" \
    'map(sort) == [[$main, $exec] | sort]' "$work/ps"
}

@test "ps: the table is ps's heading and the container's lines" {
  running
  runtime ps "$id" </dev/null >"$work/ps"
  head -n 1 "$work/ps" | grep -q 'UID *PID *PPID'
  expect 2 "$(wc -l <"$work/ps")" lines
  expect "$(cat "$work/pid")" "$(awk 'NR == 2 { print $2 }' "$work/ps")" pid

  runtime ps "$id" -o pid,stat -e </dev/null >"$work/ps"
  expect "PID STAT" "$(awk 'NR == 1 { print $1, $2 }' "$work/ps")" heading
  expect "$(cat "$work/pid")" "$(awk 'NR == 2 { print $1 }' "$work/ps")" "pid with ps options"
}

@test "ps: what ps refuses, and a heading without PID, are errors" {
  running
  run runtime ps "$id" --nonsense </dev/null
  expect 1 "$status" "exit code of a bad option"
  [[ $(logged_error) == "exit status 1: "* ]]
  run runtime ps "$id" -e -o comm </dev/null
  expect 1 "$status" "exit code without PID"
  expect "couldn't find PID field in ps output" "$(logged_error)" error
}

@test "ps: an unknown format and an unknown container are refused" {
  running
  run runtime ps --format yaml "$id" </dev/null
  expect 1 "$status" "exit code of yaml"
  expect "invalid format option" "$(logged_error)" error
  run runtime ps nobody </dev/null
  expect 1 "$status" "exit code of nobody"
  expect "container does not exist" "$(logged_error)" error
}

@test "ps: a process of the host that is not the container's is not in it" {
  create
  runtime start "$id" </dev/null
  runtime ps --format json "$id" >"$work/ps" </dev/null
  jq -es --argjson pid $$ --argjson main "$(cat "$work/pid")" \
    'length == 1 and (.[0] | index($pid) == null and index($main) != null)' "$work/ps"
}

@test "ps: a stopped container has none" {
  create
  runtime start "$id" </dev/null
  expect 1 "$(runtime ps --format json "$id" </dev/null | jq length)" "pids when it runs"
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  expect null "$(runtime ps --format json "$id" </dev/null | jq -c 'if . == [] then null else . end')" pids
}

@test "ps: a container must be named" {
  run runtime ps </dev/null
  expect 1 "$status" "exit code"
}

# bats test_tags=lab
@test "ps: the command lines are those of config.json and of exec" {
  spec '.process.args = ["sleep", "12" + "00"] | .process.env += ["A=b"]'
  create
  runtime start "$id" </dev/null
  runtime exec --detach --pid-file "$work/exec.pid" "$id" sleep 50 </dev/null >"$work/exec.out" 2>&1
  expect "sleep 1200 " "$(tr '\0' ' ' <"/proc/$(cat "$work/pid")/cmdline")" "the main process's"
  expect "sleep 50 " "$(tr '\0' ' ' <"/proc/$(cat "$work/exec.pid")/cmdline")" "the exec's"
  runtime ps "$id" -o pid,args -e </dev/null | grep -q 'sleep 1200$'
}

@test "ps: a command line of 100 KiB is no hindrance" {
  spec '.process.args = ["sh", "-c", "sleep 1200; : " + ("x" * 100000)]'
  create
  runtime start "$id" </dev/null
  [[ $(head -c 7 "/proc/$(cat "$work/pid")/cmdline" | tr '\0' ' ') == "sh -c s" ]]
  expect "$(cat "$work/pid")" "$(runtime ps "$id" </dev/null | awk 'NR == 2 { print $2 }')" "pid in the table"
}
