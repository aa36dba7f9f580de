#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
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

  pid=$(cat "$work/pid")
  runtime delete --force "$id" </dev/null
  run ! runtime state "$id"
  within 5 eval "! kill -0 $pid 2>/dev/null"
  [[ ! -e $root/$id ]]
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

@test "delete: --force in every spelling, and as often as one likes" {
  for option in --force -force -f --force=true -f=1; do
    create
    runtime start "$id" </dev/null
    runtime delete "$option" "$id" </dev/null
    runtime delete "$option" "$id" </dev/null
    run ! runtime state "$id" </dev/null
  done
  create
  runtime start "$id" </dev/null
  run runtime delete --force=false "$id" </dev/null
  expect 1 "$status" "exit code"
  expect running "$(state)" "status after --force=false"
}

@test "delete: --force takes less than 2 s of whatever the container does" {
  deaf() {
    spec '.process.args = ["sh", "-c", "trap \"\" TERM HUP INT; while :; do sleep 600; done"]'
    create && runtime start "$id" </dev/null
  }
  paused() {
    deaf && runtime pause "$id" </dev/null
  }
  busy() {
    deaf || return 1
    for _ in {1..10}; do
      runtime exec --detach "$id" sleep 600 </dev/null >/dev/null 2>&1 || return 1
    done
  }
  for what in deaf paused busy create true; do
    goes_briefly || goes_briefly || goes_briefly || expect brief "longer, three times" "delete --force, $what"
  done
}

# On a machine that is busy with other things one may take longer.
goes_briefly() {
  $what || return 1
  local begin=${EPOCHREALTIME/./}
  runtime delete --force "$id" </dev/null || return 1
  local took=$(((${EPOCHREALTIME/./} - begin) / 1000))
  echo "# delete --force: $took ms" >&3
  run ! runtime state "$id" </dev/null
  local limit=10000
  ! differs brief-delete || limit=2000
  ((took < limit))
}
