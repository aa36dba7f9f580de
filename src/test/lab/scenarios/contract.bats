#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The tests of the contract (src/test/bats) that are tagged `lab`, again in dom0: the runtime itself, no engine above it.
# It also depends on src/test/bats.

load helpers

# bats takes seconds there to read tests that are not run, so they are left out here.
setup_file() {
  local file
  mkdir "$BATS_FILE_TMPDIR/bats"
  cp "$BATS_TEST_DIRNAME/../../bats/helpers.bash" "$BATS_FILE_TMPDIR/bats/"
  for file in "$BATS_TEST_DIRNAME"/../../bats/*.bats; do
    tagged "$file" >"$BATS_FILE_TMPDIR/bats/${file##*/}"
  done
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_FILE_TMPDIR/bats" /run/
}

# tagged FILE prints it without the tests that are not for the lab.
tagged() {
  awk '/^# bats test_tags=lab$/ { wanted = 1; next }
    /^@test / { unwanted = !wanted; wanted = 0 }
    !unwanted
    /^}/ { unwanted = 0 }' "$1"
}

# contract FILE… runs the tests of these files; all must pass, and there must be some.
contract() {
  case $RUNTIME in
    xen) binary=/usr/sbin/xen-runc ;;
    *) binary=/usr/sbin/runc ;;
  esac
  run host "cd /run/bats; RUNTIME=$binary PATIENCE=6 OFTEN=10 bats --tap $(printf '%s.bats ' "$@")" </dev/null
  printf '%s\n' "$output"
  expect 0 "$status" "bats"
  grep -q '^ok ' <<<"$output"
}

@test "contract: create, start, state" {
  contract create start state
}

@test "contract: kill, pause, delete, cgroups" {
  contract kill pause delete cgroup
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

@test "contract: mounts, and where the pid leads" {
  contract mounts host-view
}

@test "contract: options, the process, ps" {
  contract options process ps
}

@test "contract: no file with such tests is left out" {
  run bash -c "sed -n 's/^  contract //p' '$BATS_TEST_FILENAME' | tr ' ' '\n' | sort"
  expect "$(cd "$BATS_TEST_DIRNAME/../../bats" && grep -l '^# bats test_tags=lab$' *.bats | sed 's/\.bats$//' | sort)" "$output" files
}
