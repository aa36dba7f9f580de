#!/usr/bin/env bats
# The tests of the contract (src/test/bats) that are tagged `lab`, again in dom0: the runtime itself, no engine above it.
# It also depends on src/test/bats.

load helpers

setup_file() {
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME/../../bats" /run/
}

# contract VERB runs the tests of that file; all must pass, and there must be some.
contract() {
  case $RUNTIME in
    xen) binary=/usr/sbin/xen-runc ;;
    *) binary=/usr/sbin/runc ;;
  esac
  run host "RUNTIME=$binary PATIENCE=6 bats --tap --filter-tags lab /run/bats/$1.bats" </dev/null
  printf '%s\n' "$output"
  expect 0 "$status" "bats"
  grep -q '^ok ' <<<"$output"
}

@test "contract: create, start, state" {
  contract create
  contract start
  contract state
}

@test "contract: kill, pause, delete" {
  contract kill
  contract pause
  contract delete
}

@test "contract: exec" {
  contract exec
}

@test "contract: run, and terminals" {
  contract run
}

@test "contract: hooks" {
  contract hooks
}
