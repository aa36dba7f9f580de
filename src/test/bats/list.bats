#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# list: the containers below --root, as a table, as JSON, or by their ids alone.

load helpers

# Below a root of this test's own: what other tests left is not listed.
list() {
  "$RUNTIME" --root "$work/list" --log "$work/log.json" --log-format json list "$@"
}

listed() {
  root=$work/list
  create
}

teardown() {
  "$RUNTIME" --root "$work/list" delete --force "$id" >/dev/null 2>&1 </dev/null || true
}

@test "list: without containers it is the headings, null, or nothing" {
  expect "ID          PID         STATUS      BUNDLE      CREATED     OWNER" "$(list)" table
  expect null "$(list --format json)" JSON
  expect 5 "$(list --format json | wc -c)" "bytes of JSON"
  expect "" "$(list --quiet)" ids
}

@test "list: the table is laid out as runc's" {
  listed
  local pid created expected
  pid=$(cat "$work/pid")
  created=$(runtime state "$id" | jq -r .created)
  # text/tabwriter: a column is 12 wide, or 3 wider than its longest cell; the last is not padded.
  column() {
    local width=$((${#1} + 3 > 12 ? ${#1} + 3 : 12))
    printf '%-*s' "$width" "$2"
  }
  expected=$(
    for row in "ID PID STATUS BUNDLE CREATED OWNER" "$id $pid created $bundle $created root"; do
      read -r a b c d e f <<<"$row"
      column "$id" "$a"
      column "$pid" "$b"
      column created "$c"
      column "$bundle" "$d"
      column "$created" "$e"
      echo "$f"
    done
  )
  expect "$expected" "$(list)" table
  expect "$expected" "$(list --format table)" "table by name"
}

@test "list: JSON is state's document, and the owner" {
  listed
  expect "$id created $(cat "$work/pid") $bundle root" \
    "$(list -f json | jq -r '.[0] | "\(.id) \(.status) \(.pid) \(.bundle) \(.owner)"')" JSON
  expect 1 "$(list -f=json | jq length)" length
  expect "$(runtime state "$id" | jq -c 'del(.owner) | to_entries | sort_by(.key)')" \
    "$(list --format=json | jq -c '.[0] | del(.owner) | to_entries | sort_by(.key)')" members
}

@test "list: --quiet prints ids alone, in every spelling, whatever the format" {
  listed
  for option in --quiet -quiet -q --quiet=true -q=1; do
    expect "$id" "$(list "$option")" "$option"
  done
  expect "$id" "$(list -q --format json)" "-q and JSON"
  [[ $(list --quiet=false) == ID* ]]
}

@test "list: a container is listed as stopped until it is deleted" {
  spec '.process.args = ["true"]'
  listed
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect "stopped 0" "$(list -f json | jq -r '.[0] | "\(.status) \(.pid)"')" "status and pid"
  runtime delete "$id" </dev/null
  expect null "$(list -f json)" "after delete"
}

@test "list: what is no container below the root is left out" {
  listed
  mkdir "$work/list/empty"
  echo text >"$work/list/file"
  run --separate-stderr list -q
  [[ $output == "$id" ]]
}

@test "list: an unknown format, a flag and an argument are refused" {
  run list --format xml
  expect 1 "$status" "exit code"
  expect "invalid format option" "$(logged_error)" error
  run list --no-such
  expect 1 "$status" "exit code"
  expect "flag provided but not defined: -no-such" "$(logged_error)" error
  run list extra
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *'"list" requires exactly 0 argument(s)' ]]
}
