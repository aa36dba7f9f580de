#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What bash offers after the words of a command line, by the completion that is made from the program's help.

load helpers

setup() {
  [[ $(basename "$RUNTIME") != runc ]] || skip "runc brings its own"
  PATH=$(dirname "$RUNTIME"):$PATH
  "$BATS_TEST_DIRNAME/../../../runtime/src/main/sh/make-completion" "$RUNTIME" >"$BATS_TEST_TMPDIR/completion"
  # shellcheck source=/dev/null
  . "$BATS_TEST_TMPDIR/completion"
}

teardown() { :; }

# offered WORDS… prints what completes the last of them.
offered() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _xen_runc
  echo "${COMPREPLY[*]}"
}

@test "completion: verbs and global options" {
  expect "pause ps" "$(offered xen-runc p)" "after p"
  expect "--root --rootless" "$(offered xen-runc --roo)" "after --roo"
  expect "create" "$(offered xen-runc --root /run/x cre)" "after a global option with a value"
}

@test "completion: the options of the verb, and of no other" {
  expect "--cpu-burst" "$(offered xen-runc --debug update --cpu-b)" "after update --cpu-b"
  expect "--no-new-keyring --no-pivot --no-subreaper" "$(offered xen-runc run --no-)" "after run --no-"
  expect "" "$(offered xen-runc state --)" "after state --"
}

@test "completion: containers where the verb takes one" {
  xen-runc() {
    expect "--root /run/x list --quiet" "$*" "the call"
    echo web
  }
  expect "web" "$(offered xen-runc --root /run/x exec w)" "after exec w"
}
