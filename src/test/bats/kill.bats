#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# kill: the process gets the very signal, named in any of runc's ways.

load helpers

# trapping SIGNAL COMMANDS
trapping() {
  spec '.process.args = ["sh", "-c", "trap \"'"$2"'\" '"$1"'; echo ready; while :; do sleep 0.05; done"]'
  create
  runtime start "$id" </dev/null
  within 10 grep -q ready "$work/out"
}

# bats test_tags=lab
@test "kill: by number, by name and by SIG name" {
  trapping USR1 'echo got'
  local heard=ready
  for signal in 10 USR1 SIGUSR1; do
    runtime kill "$id" "$signal" </dev/null
    heard+=$'\ngot'
    within 10 has_said "$heard"
  done
}

has_said() {
  [[ $(cat "$work/out") == "$1" ]]
}

@test "kill: TERM is the default" {
  trapping TERM 'echo got; exit 4'
  runtime kill "$id" </dev/null
  within 10 is_status stopped
  expect $'ready\ngot' "$(cat "$work/out")" output
}

# bats test_tags=lab
@test "kill: pid 1 without a handler ignores TERM, and dies of KILL" {
  create
  runtime start "$id" </dev/null
  runtime kill "$id" TERM </dev/null
  sleep 0.3
  expect running "$(state)" "status after TERM"
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
}

@test "kill: a stopped container is not running" {
  spec '.process.args = ["true"]'
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped

  run runtime kill "$id" TERM </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"container not running"* ]]
}

@test "kill: a signal that is none is refused" {
  create
  run runtime kill "$id" NONSENSE </dev/null
  expect 1 "$status" "exit code"
  expect created "$(state)" status
}

@test "kill: an unknown container does not exist" {
  run runtime kill "$id" TERM </dev/null
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
}

@test "kill: --all on a stopped container is no error, in every spelling" {
  spec '.process.args = ["true"]'
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  for option in --all -all -a --all=true -a=1; do
    runtime kill "$option" "$id" KILL </dev/null
  done
  run runtime kill --all=false "$id" KILL </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"container not running"* ]]
}

@test "kill: with --all every process gets it, without it the main one alone" {
  local script='trap "echo one" USR1; trap "echo all" USR2; echo ready; while :; do sleep 0.05; done'
  SCRIPT=$script spec '.process.args = ["sh", "-c", env.SCRIPT]'
  create
  runtime start "$id" </dev/null
  runtime exec --detach "$id" sh -c "$script" </dev/null >"$work/other" 2>"$work/other.err"
  within 10 grep -q ready "$work/out"
  within 10 grep -q ready "$work/other"

  runtime kill "$id" USR1 </dev/null
  within 10 grep -q one "$work/out"
  runtime kill --all "$id" USR2 </dev/null
  within 10 grep -q all "$work/out"
  within 10 grep -q all "$work/other"
  expect $'ready\nall' "$(cat "$work/other")" "output of the other"
}

@test "kill: SIGKILL on the container's own pid ends it" {
  create
  runtime start "$id" </dev/null
  kill -KILL "$(cat "$work/pid")"
  within 10 is_status stopped
  runtime delete "$id" </dev/null
}

@test "kill: numbers and names that are no signals, and a missing id" {
  create
  for signal in 0x9 -1 SIG KILLS 4711; do
    run runtime kill "$id" -- "$signal" </dev/null
    expect 1 "$status" "exit code for $signal"
  done
  run runtime kill </dev/null
  expect 1 "$status" "exit code without an id"
  [[ $(logged_error) == *'"kill" requires a minimum of 1 argument'* ]]
  expect created "$(state)" status
}
