#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# stdin, stdout and stderr of a container are its caller's, apart, whole, and end when they end.

load helpers

# bats test_tags=core
@test "streams: stdout and stderr stay apart" {
  run --separate-stderr host 'docker_run --rm $BUSYBOX sh -c "echo to-out; echo to-err >&2"' </dev/null

  expect 0 "$status" "exit code"
  expect to-out "$output" stdout
  expect to-err "$stderr" stderr
}

# bats test_tags=core
@test "streams: 1 MiB through cat is unchanged and its end ends the container" {
  run host 'head -c 1048576 /dev/urandom >/run/sent
    docker_run --rm -i $BUSYBOX cat </run/sent >/run/came; status=$?
    cmp /run/sent /run/came && exit $status' </dev/null

  expect 0 "$status" "exit code of cat ($output)"
}

@test "streams: 5 MiB written at once before the exit arrive whole" {
  run host 'docker_run --rm $BUSYBOX head -c 5242880 /dev/zero | wc -c' </dev/null

  expect 5242880 "$output" bytes
}
