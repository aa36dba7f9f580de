#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# spec: a config.json to start from.

load helpers

@test "spec: a container can be made of what it writes" {
  rm "$bundle/config.json"
  (cd "$bundle" && runtime spec)
  expect '["sh"] rootfs true' \
    "$(jq -r '"\(.process.args) \(.root.path) \(.process.terminal)"' "$bundle/config.json")" "what it says"

  jq '.process.terminal = false' "$bundle/config.json" >"$bundle/config.new"
  mv "$bundle/config.new" "$bundle/config.json"
  create
  expect created "$(state)" status
}

@test "spec: --bundle says where, in every spelling" {
  for option in "--bundle $bundle" "--bundle=$bundle" "-b $bundle" "-b=$bundle"; do
    rm -f "$bundle/config.json"
    # shellcheck disable=SC2086 # one or two words
    runtime spec $option
    [[ -s $bundle/config.json ]]
  done
}

@test "spec: a config.json that is there stays" {
  echo mine >"$bundle/config.json"
  run runtime spec --bundle "$bundle"
  expect 1 "$status" "exit code"
  expect "File config.json exists. Remove it first" "$(logged_error)" error
  expect mine "$(cat "$bundle/config.json")" config.json
}

@test "spec: a bundle that is missing, a flag and an argument too many are refused" {
  run runtime spec --bundle "$work/none"
  expect 1 "$status" "exit code"
  run runtime spec --nonsense
  expect 1 "$status" "exit code"
  run runtime spec extra
  expect 1 "$status" "exit code"
}
