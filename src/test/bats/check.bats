#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# check: the program's own part, between a launcher, an engine and a Java that are played. What the engine's program
# finds is HostCheckTest's; the whole of it runs on real Xen (src/test/lab/scenarios/package.bats).

load helpers

setup() {
  [[ $(basename "$RUNTIME") != runc ]] || skip "runc has no such verb"
  prefix=$BATS_TEST_TMPDIR/usr
  mkdir -p "$prefix"/{sbin,bin,lib/xen-runc}
  cp "$BATS_TEST_DIRNAME/../../../runtime/src/main/sh/check" "$prefix/lib/xen-runc/"
  export JAVA_HOME=$prefix
  play bin/java 'echo "openjdk version \"21.0.1\" 2023-10-17" >&2'
  play lib/xen-runc/engine 'echo "ok     engine: $*"'
  # shellcheck disable=SC2016 # expanded by the launcher that is played
  play sbin/xen-runc 'echo "$*" >>'"$prefix"'/calls; [ "$3" != run ] || echo "runc version 1.3.0"'
}

teardown() { :; }

# play PROGRAM SCRIPT
play() {
  printf '#!/bin/sh\n%s\n' "$2" >"$prefix/$1"
  chmod +x "$prefix/$1"
}

check() {
  run "$prefix/lib/xen-runc/check"
}

@test "check: Java, what the engine's program says, and a container that has run and is gone" {
  check
  expect $'ok     Java: version 21\nok     engine: --check\nok     trial container: a domain booted, ran a program and is gone' \
    "$output" output
  expect 0 "$status" "exit code"
  grep -q ' run --bundle /.* check-' "$prefix/calls"
  grep -q ' delete --force check-' "$prefix/calls"
  [[ ! -e $(sed -n 's/.*--bundle \([^ ]*\).*/\1/p' "$prefix/calls") ]]
}

@test "check: without Java it says so, and that there is no Xen" {
  rm "$prefix/bin/java"
  check
  expect 1 "$status" "exit code"
  [[ $(grep -c '^wrong  Java: .* — apt install' <<<"$output") == 1 ]]
  [[ $(cat /sys/hypervisor/type 2>/dev/null) == xen ]] || grep -q '^wrong  Xen: this host does not run under Xen — ' <<<"$output"
  [[ ! -e $prefix/calls ]]
}

@test "check: a Java that is too old is wrong" {
  play bin/java 'echo "openjdk version \"1.8.0_392\"" >&2'
  check
  expect 1 "$status" "exit code"
  grep -q '^wrong  Java: version 8 — ' <<<"$output"
}

@test "check: no container is tried where something is wrong already" {
  play lib/xen-runc/engine 'echo "wrong  Xen: none"; exit 1'
  check
  expect 1 "$status" "exit code"
  expect $'ok     Java: version 21\nwrong  Xen: none' "$output" output
  [[ ! -e $prefix/calls ]]
}

@test "check: a container that does not run is wrong, and the runtime's words are shown" {
  # shellcheck disable=SC2016 # expanded by the launcher that is played
  play sbin/xen-runc '[ "$3" != run ] || { echo "no memory" >&2; exit 1; }'
  check
  expect 1 "$status" "exit code"
  expect "wrong  trial container: no memory — see /var/log/xen-runc/ and /var/log/xen/" "${lines[2]}" "last line"
  play sbin/xen-runc 'echo "something else"'
  check
  expect 1 "$status" "exit code"
}
