#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# When containers have gone, nothing of them is left on the host.

load helpers

run_in_a_row() {
  host "docker_run --rm \$BUSYBOX true
    true" </dev/null
  leftovers_mark
  run host "for n in \$(seq $1); do docker_run --rm \$BUSYBOX true || echo failed \$n; done" </dev/null
  expect "" "$output" "failures of $1 containers"
  leftovers_none
}

# bats test_tags=core
@test "leftovers: nothing after 5 containers one after another" {
  run_in_a_row 5
}

@test "leftovers: nothing after 20 containers one after another" {
  run_in_a_row 20
}
