#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The exit code that docker sees is the process's own, and signals do inside what they do under runc.

load helpers

# bats test_tags=core
@test "exit: codes 0, 1 and 7 are the process's" {
  run host 'for code in 0 1 7; do docker_run --rm $BUSYBOX sh -c "exit $code"; echo $?; done' </dev/null

  expect $'0\n1\n7' "$output" "exit codes"
}

# bats test_tags=core
@test "exit: 127 for a command that is not there, 126 for one that cannot be run" {
  run host 'docker_run --rm $BUSYBOX no-such-command 2>/run/err127; echo $?
    docker_run --rm $BUSYBOX /etc/passwd 2>/run/err126; echo $?
    grep -o "executable file not found in .PATH" /run/err127
    grep -o "permission denied" /run/err126' </dev/null

  expect $'127\n126\nexecutable file not found in $PATH\npermission denied' "$output" "codes and texts"
}

@test "exit: a trapped SIGTERM runs its trap" {
  run host 'docker_run -d --name trap $BUSYBOX sh -c "trap \"echo trapped; exit 3\" TERM; echo ready; while :; do sleep 0.1; done" >/dev/null
    within 60 sh -c "docker logs trap | grep -q ready"
    docker stop -t 30 trap >/dev/null; docker logs trap; docker wait trap' </dev/null

  expect $'ready\ntrapped\n3' "$output" "log and code"
}

# bats test_tags=core
@test "exit: stop ends a PID 1 that does not handle TERM with 137" {
  run host 'docker_run -d --name deaf $BUSYBOX sleep 600 >/dev/null
    docker stop -t 3 deaf >/dev/null; docker wait deaf' </dev/null

  expect 137 "$output" "exit code"
}

@test "exit: 143 for a PID 1 whose child dies of TERM" {
  run host 'docker_run -d --name parent $BUSYBOX sh -c "trap \"kill \\\$!\" TERM; sleep 600 & wait \$!; wait \$!; exit \$?" >/dev/null
    sleep 2; docker stop -t 30 parent >/dev/null; docker wait parent' </dev/null

  expect 143 "$output" "exit code"
}

@test "exit: 143 with --init" {
  run host 'docker_run -d --init --name init $BUSYBOX sleep 600 >/dev/null
    sleep 2; docker stop -t 30 init >/dev/null; docker wait init' </dev/null

  expect 143 "$output" "exit code"
}
