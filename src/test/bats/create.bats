#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# create: everything is in place, and the process has not begun.

load helpers

@test "create: the container is created, and its pid file holds the pid alone" {
  create

  expect created "$(state)" status
  expect "$(runtime state "$id" | jq -r .pid)" "$(cat "$work/pid")" "pid file"
  expect 0 "$(tr -d '0-9' <"$work/pid" | wc -c)" "bytes of the pid file that are no digits"
  kill -0 "$(cat "$work/pid")"
}

# bats test_tags=lab
@test "create: nothing runs before start" {
  spec '.process.args = ["sh", "-c", "echo began"]'
  create

  sleep 0.3
  expect "" "$(cat "$work/out")" "output before start"
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect began "$(cat "$work/out")" "output after start"
}

@test "create: an id that is taken is refused" {
  create
  pid=$(cat "$work/pid")

  run ! create
  [[ $(logged_error) == *"already exists"* ]]
  expect "created $pid" "$(runtime state "$id" | jq -r '"\(.status) \(.pid)"')" "the first's status and pid"
}

@test "create: an id that is no id is refused" {
  for id in .. ../x a/b 'a b' ''; do
    run create
    expect 1 "$status" "exit code for id \"$id\""
  done
  id=
}

@test "create: a bundle without config.json is refused" {
  rm "$bundle/config.json"

  run create
  expect 1 "$status" "exit code"
  run ! runtime state "$id"
}

# bats test_tags=lab
@test "create: a rootfs that is missing is refused, and nothing is left" {
  spec '.root.path = "nowhere"'

  run create
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *nowhere* ]]
  run ! runtime state "$id"
}

@test "create: a pid file in a missing directory is refused, and nothing is left" {
  run runtime create --bundle "$bundle" --pid-file "$work/missing/pid" "$id" </dev/null >"$work/out" 2>"$work/err"
  expect 1 "$status" "exit code"
  run ! runtime state "$id"
}

@test "create: options may be written --x=v, --x v and -x v" {
  runtime create "--bundle=$bundle" -pid-file "$work/pid" "$id" </dev/null >"$work/out" 2>"$work/err"
  expect created "$(state)" status
  expect "$(runtime state "$id" | jq -r .pid)" "$(cat "$work/pid")" "pid file"
}

@test "create: config.json may be a fifo" {
  mv "$bundle/config.json" "$work/real.json"
  mkfifo "$bundle/config.json"
  jq '.process.args = ["echo", "by fifo"]' "$work/real.json" >"$bundle/config.json" 3>&- &
  create
  expect created "$(state)" status
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect "by fifo" "$(cat "$work/out")" output
}
