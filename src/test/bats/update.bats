#!/usr/bin/env bats
# update: other limits for a container that exists.

load helpers

running() {
  spec '.linux.resources = {"memory": {"limit": 100663296}}'
  create
  runtime start "$id" </dev/null
}

refused() {
  local text=$1
  shift
  run runtime update "$@" "$id" </dev/null
  expect 1 "$status" "exit code of update $*"
  expect "$text" "$(logged_error)" "error of update $*"
}

@test "update: memory goes down and back up, and other limits beside it" {
  running
  runtime update --memory 64m --pids-limit 50 "$id" </dev/null
  runtime update --cpu-quota 50000 --cpu-period 100000 --cpu-share 512 "$id" </dev/null
  runtime update --memory=96MiB "$id" </dev/null
  expect running "$(state)" status
}

@test "update: limits come as JSON, on stdin and in a file" {
  running
  echo '{"memory":{"limit":67108864},"cpu":{"shares":256},"pids":{"limit":30}}' |
    runtime update --resources - "$id"
  echo '{"memory":{"limit":100663296},"blockIO":{"weight":0}}' >"$work/resources"
  runtime update -r "$work/resources" "$id" </dev/null
  expect running "$(state)" status

  run runtime update --resources - "$id" <<<'{"memory":'
  expect 1 "$status" "exit code for half a document"
  run runtime update --resources "$work/none" "$id" </dev/null
  expect 1 "$status" "exit code for a missing file"
}

@test "update: a created container is updated before it is started" {
  spec '.linux.resources = {"memory": {"limit": 100663296}}'
  create
  runtime update --memory 64m "$id" </dev/null
  runtime start "$id" </dev/null
  expect running "$(state)" status
}

@test "update: values that are no numbers are refused" {
  running
  refused "invalid value for memory: invalid size: 'much'" --memory much
  refused "invalid value for memory-swap: invalid size: '1x'" --memory-swap 1x
  refused 'invalid value for cpu-quota: strconv.ParseInt: parsing "x": invalid syntax' --cpu-quota x
  refused 'invalid value for cpu-share: strconv.ParseUint: parsing "-1": invalid syntax' --cpu-share -1
  refused 'invalid value "x" for flag -pids-limit: parse error' --pids-limit x
}

@test "update: a container that has stopped is refused" {
  running
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  refused "container not running" --memory 64m
}

@test "update: an unknown container and a missing id are refused" {
  run runtime update --memory 64m nobody </dev/null
  expect 1 "$status" "exit code"
  expect "container does not exist" "$(logged_error)" error
  run runtime update --memory 64m </dev/null
  expect 1 "$status" "exit code without an id"
}

@test "update: the limits' file may be a pipe or stdin" {
  create
  runtime start "$id" </dev/null
  runtime update -r <(echo '{"pids":{"limit":100}}') "$id" </dev/null
  echo '{"pids":{"limit":101}}' | runtime update -r /dev/stdin "$id"
}
