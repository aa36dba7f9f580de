#!/usr/bin/env bats
# delete: nothing is left of the container.

load helpers

@test "delete: a created container goes without a kill" {
  create
  pid=$(cat "$work/pid")
  runtime delete "$id" </dev/null

  run ! runtime state "$id"
  within 5 eval "! kill -0 $pid 2>/dev/null"
  [[ ! -e $root/$id ]]
}

@test "delete: a running container is refused" {
  create
  runtime start "$id" </dev/null

  run runtime delete "$id" </dev/null
  expect 1 "$status" "exit code"
  expect running "$(state)" status
}

# bats test_tags=lab
@test "delete: --force ends a running container" {
  create
  runtime start "$id" </dev/null

  runtime delete --force "$id" </dev/null
  run ! runtime state "$id"
}

@test "delete: --force of an unknown container succeeds, without it does not" {
  runtime delete --force "$id" </dev/null
  run runtime delete "$id" </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"does not exist"* ]]
}

@test "delete: a stopped container goes" {
  spec '.process.args = ["true"]'
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  runtime delete "$id" </dev/null
  run ! runtime state "$id"
}
