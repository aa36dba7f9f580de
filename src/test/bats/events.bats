#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# events: a container's figures, once or again and again.

load helpers

teardown() {
  [[ ! -e $work/events.pid ]] || kill "$(cat "$work/events.pid")" 2>/dev/null || true
  runtime delete --force "$id" >/dev/null 2>&1 </dev/null || true
}

running() {
  spec '.process.args = ["sh", "-c", "while :; do true; done"]'
  create
  runtime start "$id" </dev/null
}

# follow [OPTION…] runs events in the background, with its output in $work/events.
follow() {
  runtime events "$@" "$id" </dev/null >"$work/events" 2>"$work/events.err" 3>&- &
  echo $! >"$work/events.pid"
}

has_ended() {
  ! kill -0 "$(cat "$work/events.pid")" 2>/dev/null
}

has_lines() {
  (($(wc -l <"$work/events") >= $1))
}

@test "events: --stats prints one object" {
  running
  within 10 has_run
  runtime events --stats "$id" </dev/null >"$work/stats"
  expect 1 "$(wc -l <"$work/stats")" lines
  jq -es --arg id "$id" 'length == 1 and (.[0] | .type == "stats" and .id == $id
    and (.data.cpu.usage | .total > 0 and .user >= 0 and .kernel >= 0)
    and (.data.memory | (.usage | has("limit") and has("failcnt")) and has("raw"))
    and (.data | has("pids") and has("blkio") and has("hugetlb")))' "$work/stats"
}

has_run() {
  runtime events --stats "$id" </dev/null | jq -es 'length == 1 and .[0].data.cpu.usage.total > 0' >/dev/null
}

@test "events: figures come at the interval until the container ends" {
  running
  follow --interval 200ms
  # By the default, which is 5 s, it would have two.
  within 10 has_lines 8
  jq -es --arg id "$id" 'all(.type == "stats" and .id == $id)
    and .[-1].data.cpu.usage.total > .[0].data.cpu.usage.total' "$work/events"

  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  # runc's cgroup is there until delete, ours is gone with the guest.
  runtime delete "$id" </dev/null
  within 10 has_ended
  expect "" "$(cat "$work/events.err")" "events' stderr"
}

@test "events: a reader that goes ends it" {
  running
  timeout 10 bash -c '"$@" | head -n 1' - "$RUNTIME" --root "$root" events --interval 100ms "$id" \
    </dev/null >"$work/first"
  jq -es 'length == 1 and .[0].type == "stats"' "$work/first"
}

@test "events: a container that has stopped, and intervals that are none, are refused" {
  running
  run runtime events --interval 0 --stats "$id" </dev/null
  expect 1 "$status" "exit code of interval 0"
  expect "duration interval must be greater than 0" "$(logged_error)" error
  run runtime events --interval soon "$id" </dev/null
  expect 1 "$status" "exit code of interval soon"
  expect 'invalid value "soon" for flag -interval: parse error' "$(logged_error)" error

  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  run runtime events --stats "$id" </dev/null
  expect 1 "$status" "exit code when stopped"
  expect "container with id $id is not running" "$(logged_error)" error
}
