#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hooks of all kinds: where and when they run, what they are told, and what their failure does.

load helpers

# hook KIND SCRIPT [TIMEOUT] adds a hook of the host to config.json.
hook() {
  jq --arg kind "$1" --arg script "$2" --argjson timeout "${3:-0}" '
    .hooks[$kind] += [{path: "/bin/sh", args: ["sh", "-c", $script], env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}
      + if $timeout > 0 then {timeout: $timeout} else {} end]' "$bundle/config.json" >"$bundle/config.new"
  mv "$bundle/config.new" "$bundle/config.json"
}

# plain_hook KIND SCRIPT [ENV] adds one without env, or with this one.
plain_hook() {
  jq --arg kind "$1" --arg script "$2" --argjson env "${3:-null}" '
    .hooks[$kind] += [{path: "/bin/sh", args: ["sh", "-c", $script]} + if $env then {env: $env} else {} end]' \
    "$bundle/config.json" >"$bundle/config.new"
  mv "$bundle/config.new" "$bundle/config.json"
}

is_gone() {
  ! runtime state "$id" </dev/null >/dev/null 2>&1
}

# bats test_tags=lab
@test "hooks: each kind runs at its moment, with the state on stdin" {
  spec '.process.args = ["true"]'
  for kind in prestart createRuntime createContainer poststart poststop; do
    hook $kind "echo $kind \$(sed 's/.*\"status\":\"\\([a-z]*\\)\".*/\\1/') >>$work/told"
  done
  create
  expect $'prestart creating\ncreateRuntime creating\ncreateContainer creating' "$(grep -v poststart "$work/told")" "after create"
  runtime start "$id" </dev/null
  within 10 is_status stopped
  runtime delete "$id" </dev/null
  # runc before 1.2 runs poststart at create already.
  expect 1 "$(grep -c poststart "$work/told")" "poststart hooks run"
  expect "poststop stopped" "$(tail -n 1 "$work/told")" "after delete"
}

# bats test_tags=lab
@test "hooks: createContainer runs in the container's network namespace, createRuntime in the caller's" {
  hook createRuntime "readlink /proc/self/ns/net >$work/caller"
  hook createContainer "readlink /proc/self/ns/net >$work/container"
  create
  expect "$(readlink /proc/self/ns/net)" "$(cat "$work/caller")" "createRuntime's namespace"
  expect "$(readlink "/proc/$(cat "$work/pid")/ns/net")" "$(cat "$work/container")" "createContainer's namespace"
}

# bats test_tags=lab
@test "hooks: startContainer runs in the container, before the process, with the state on stdin" {
  spec '.process.args = ["sh", "-c", "echo main; cat /tmp/hook"]
    | .hostname = "there"
    | .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat >/tmp/hook; cat /proc/sys/kernel/hostname >>/tmp/hook"], env: ["PATH=/bin"]}]'
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect main "$(head -n 1 "$work/out")" "first line"
  [[ $(cat "$work/out") == *'"status":"created"'*there ]]
}

# bats test_tags=lab
@test "hooks: a failing createRuntime ends the create, and its words are told" {
  hook createRuntime 'echo why >&2; exit 3'
  run create
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"hook #0: "*"exit status 3"*why* ]]
  is_gone
}

@test "hooks: one that takes too long is killed" {
  hook createRuntime "sleep 11.25 & sleep 11.25" 1
  local begin=$SECONDS
  run create
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"hook #0: "* ]]
  is_gone
  if differs hook-children; then
    ((SECONDS - begin < 10))
    run ! pgrep -fx "sleep 11.25"
  fi
}

@test "hooks: a failing startContainer ends the container before its process runs" {
  spec '.process.args = ["echo", "main"]
    | .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo why >&2; exit 3"], env: ["PATH=/bin"]}]'
  create
  run runtime start "$id" </dev/null
  expect "" "$(cat "$work/out")" stdout
  within 10 is_status stopped
}

@test "hooks: a failing poststop is no failure of delete" {
  hook poststop "echo ran >$work/told; exit 3"
  create
  runtime delete --force "$id" </dev/null
  is_gone
  expect ran "$(cat "$work/told")" "what the hook left"
}

# bats test_tags=lab
@test "hooks: the error of one has what it said on both streams" {
  local said='exit status 3, stdout: [[:space:]]*news[[:space:]]*, stderr: [[:space:]]*luck'
  hook createRuntime "echo news; echo luck >&2; exit 3"
  run ! create
  [[ $(logged_error) =~ $said ]]
  runtime delete --force "$id" </dev/null
  spec '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo news; echo luck >&2; exit 3"]}]'
  run ! runtime run --bundle "$bundle" "$id" </dev/null >"$work/out" 2>"$work/err"
  [[ $(logged_error) =~ $said ]]
}

# bats test_tags=lab
@test "hooks: without env one of the host has the caller's, one of the container the process's; an empty env is none" {
  spec '.process.args = ["true"] | .process.env = ["PATH=/bin:/usr/bin", "MARK=process"]'
  for kind in prestart createRuntime createContainer poststop; do
    plain_hook $kind "echo $kind \$MARK >>$work/told"
    plain_hook $kind "echo $kind empty \$MARK >>$work/told" '[]'
  done
  plain_hook startContainer "echo startContainer \$MARK \$HOME >/tmp/told"
  plain_hook startContainer "echo startContainer empty \$MARK >>/tmp/told" '[]'
  MARK=caller create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  MARK=deleter runtime delete "$id" </dev/null
  expect 'prestart caller
prestart empty
createRuntime caller
createRuntime empty
createContainer process
createContainer empty
poststop deleter
poststop empty' "$(cat "$work/told")" "hooks of the host"
  expect $'startContainer process /root\nstartContainer empty' "$(cat "$bundle/rootfs/tmp/told")" "hooks of the container"
}

# bats test_tags=lab
@test "hooks: the working directory is the bundle, the rootfs, the process's or the caller's" {
  mkdir "$work/elsewhere" "$bundle/rootfs/work"
  spec '.process.args = ["true"] | .process.cwd = "/work"'
  for kind in prestart createRuntime createContainer poststop; do
    hook $kind "echo $kind \$(pwd -P) >>$work/told"
  done
  plain_hook startContainer 'echo startContainer $(pwd -P) >/tmp/told' '["PATH=/bin"]'
  cd "$work/elsewhere"
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  runtime delete "$id" </dev/null
  expect "prestart $bundle
createRuntime $bundle
createContainer $bundle/rootfs
poststop $work/elsewhere" "$(cat "$work/told")" "hooks of the host"
  expect "startContainer /work" "$(cat "$bundle/rootfs/tmp/told")" "hook of the container"
}
