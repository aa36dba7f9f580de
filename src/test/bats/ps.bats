#!/usr/bin/env bats
# ps: the pids on the host that stand for a container.

load helpers

@test "ps: the JSON holds the container's pid" {
  create
  runtime start "$id" </dev/null
  runtime ps --format json "$id" >"$work/ps" </dev/null
  jq -e --argjson pid "$(cat "$work/pid")" 'index($pid) != null' "$work/ps"
}

@test "ps: a process of the host that is not the container's is not in it" {
  create
  runtime start "$id" </dev/null
  runtime ps --format json "$id" >"$work/ps" </dev/null
  jq -e --argjson pid $$ 'index($pid) == null' "$work/ps"
}

@test "ps: a stopped container has none" {
  create
  runtime start "$id" </dev/null
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  expect null "$(runtime ps --format json "$id" </dev/null | jq -c 'if . == [] then null else . end')" pids
}

@test "ps: an unknown container does not exist" {
  run runtime ps --format json "$id" </dev/null
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
}

@test "ps: a container must be named" {
  run runtime ps </dev/null
  expect 1 "$status" "exit code"
}
