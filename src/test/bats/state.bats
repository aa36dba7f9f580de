#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# state: the JSON of the runtime specification, true at every moment.

load helpers

@test "state: every member of the document" {
  spec '.annotations = {"org.example.key": "value"}'
  create

  runtime state "$id" >"$work/state"
  expect "$id" "$(jq -r .id "$work/state")" id
  expect "$bundle" "$(jq -r .bundle "$work/state")" bundle
  expect "$bundle/rootfs" "$(jq -r .rootfs "$work/state")" rootfs
  expect value "$(jq -r '.annotations["org.example.key"]' "$work/state")" annotation
  expect string "$(jq -r '.ociVersion | type' "$work/state")" "type of ociVersion"
  jq -e '.created | test("^[0-9-]+T[0-9:.]+Z$")' "$work/state"
}

# bats test_tags=lab
@test "state: created, running, stopped; a stopped container has no pid" {
  create
  expect created "$(state)" "status after create"
  runtime start "$id" </dev/null
  expect running "$(state)" "status after start"
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  expect 0 "$(runtime state "$id" | jq .pid)" "pid when stopped"
}

@test "state: an unknown container does not exist" {
  run runtime state "$id"
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
}

# bats test_tags=lab
@test "state: a warm verb starts no other program" {
  create
  for verb in "state $id" "kill $id WINCH"; do
    # shellcheck disable=SC2086 # two or three words
    strace -f -qq -e trace=execve -o "$work/trace" "$RUNTIME" --root "$root" $verb </dev/null >/dev/null
    expect 1 "$(grep -c 'execve(' "$work/trace")" "programs that $verb is"
  done
}
