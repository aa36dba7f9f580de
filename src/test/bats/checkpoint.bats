#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# checkpoint and restore: refused in one line, and nothing changes. runc refuses them too where there
# is no criu, as on the machines that build this.

load helpers

refused() {
  run --separate-stderr runtime "$@" </dev/null
  expect 1 "$status" "exit code of $1"
  expect "" "$output" "stdout of $1"
  expect 1 "$(wc -l <<<"$stderr")" "lines of $1"
}

@test "checkpoint: with every flag it is refused, and the container runs on" {
  create
  runtime start "$id" </dev/null
  refused checkpoint --image-path "$work/image" --work-path "$work/criu" --leave-running "$id"
  refused checkpoint --image-path="$work/image" --parent-path ../parent --tcp-established --ext-unix-sk \
    --shell-job --lazy-pages --status-fd 3 --file-locks --manage-cgroups-mode soft --empty-ns network \
    --auto-dedup -pre-dump "$id"
  expect running "$(state)" status
}

@test "checkpoint: an unknown container, a flag and a missing id are errors of their own" {
  refused checkpoint "$id"
  expect "container does not exist" "$(logged_error)" error
  run runtime checkpoint --no-such "$id" </dev/null
  expect 1 "$status" "exit code"
  expect "flag provided but not defined: -no-such" "$(logged_error)" error
  run runtime checkpoint </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *'"checkpoint" requires exactly 1 argument(s)' ]]
}

@test "restore: with every flag it is refused, and there is no container" {
  mkdir "$work/image"
  refused restore --image-path "$work/image" --work-path "$work/criu" --tcp-established --ext-unix-sk --shell-job \
    --file-locks --manage-cgroups-mode=soft --bundle "$bundle" --detach --pid-file "$work/pid" -no-subreaper \
    --no-pivot --empty-ns network --auto-dedup --lazy-pages "$id"
  run runtime state "$id"
  expect 1 "$status" "exit code of state"
  [[ ! -e $work/pid ]]
}

@test "restore: a flag and a missing id are errors of their own" {
  run runtime restore --no-such "$id" </dev/null
  expect 1 "$status" "exit code"
  expect "flag provided but not defined: -no-such" "$(logged_error)" error
  run runtime restore </dev/null
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *'"restore" requires exactly 1 argument(s)' ]]
}
