#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The switch by which engine and monitors log their frames.

load helpers

engine_end() {
  kill -KILL "$(cat "$ENGINE_PID_FILE")" 2>/dev/null || true
}

@test "trace: every frame is logged on both sides while the switch is there, and none without it" {
  [[ -v ENGINE_PID_FILE ]] || skip "runc has no frames"
  local logs=/var/log/xen-runc
  touch /run/xen-runc/trace
  engine_end
  create
  runtime start "$id"
  rm /run/xen-runc/trace
  engine_end

  for line in '>> guest PREPARE' '<< guest REPLY' '>> guest RUN' '<< engine CONNECT' '>> engine REPLY' '<< fileserver DATA'; do
    grep "id=$id " "$logs/monitor.log" | grep -q "level=trace.*$line" || expect "$line" "$(tail -n 30 "$logs/monitor.log")" "the monitor's lines"
  done
  grep -q 'level=trace.*>> RUN' "$logs/engine.log" || expect ">> RUN" "$(tail -n 30 "$logs/engine.log")" "the engine's lines"

  runtime delete --force "$id"
  id=${id}b
  : >"$logs/engine.log"
  create
  runtime start "$id"
  expect 0 "$(grep "id=$id " "$logs/monitor.log" | grep -c level=trace)" "lines of a monitor without the switch"
  expect 0 "$(grep -c level=trace "$logs/engine.log")" "lines of an engine without the switch"
}
