#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Bad input of create and start: one error in runc's words, exit 1, nothing left.

load helpers

setup_file() {
  # The engine of xen-runc is there before anybody looks for what is left.
  "$RUNTIME" --root "$BATS_RUN_TMPDIR/root" list >/dev/null
}

# Everything that a container could leave: by its name on the whole machine, and all network
# namespaces, mounts and sockets where nobody else makes any.
leftovers() {
  ls -A "$root" 2>/dev/null || true
  find /sys/fs/cgroup -type d -name "*$id*" 2>/dev/null
  pgrep -f -- "^([^ ]*/)?(xen-)?runc .*$id" || true
  grep -F "$work" /proc/self/mountinfo || true
  [[ ! -v ENGINE_PID_FILE ]] || {
    pgrep -x 'xenrunc-(monitor|session)|fileserver|agent|socat' || true
    readlink /proc/[0-9]*/ns/net 2>/dev/null | sort -u
    find /run/xen-runc ! -name 'engine.*'
    wc -l </proc/1/mountinfo
  }
}

# refuses TEXT: create, or the start after it, fails with one line that holds TEXT.
refuses() {
  local before
  before=$(leftovers)
  run create
  if ((status == 0)) && differs bad-process-at-start; then
    run runtime start "$id" </dev/null 2>"$work/err"
    runtime delete --force "$id" </dev/null
  fi
  expect 1 "$status" "exit code"
  expect 1 "$(wc -l <"$work/err")" "lines on stderr"
  [[ $(logged_error) == *"$1"* ]] || expect "*$1*" "$(logged_error)" error
  nothing_left "$before"
}

is_as() {
  [[ $(leftovers) == "$1" ]]
}

# nothing_left BEFORE: soon, there is what there was before.
nothing_left() {
  within 5 is_as "$1" 2>/dev/null || expect "$1" "$(leftovers)" "what is left"
}

@test "bad input: an unknown flag" {
  run create --no-such-flag
  expect 1 "$status" "exit code"
  expect "flag provided but not defined: -no-such-flag" "$(logged_error)" error
}

@test "bad input: ids of 2 KiB, of 300 letters, with a path and with a blank" {
  for id in "$(head -c 2048 /dev/zero | tr '\0' a)" "$(head -c 300 /dev/zero | tr '\0' a)"; do
    run create
    expect 1 "$status" "exit code"
    run runtime delete --force "$id" </dev/null
  done
  for id in ../x a/b 'a b' ä; do
    refuses "invalid container ID format"
  done
  id=none
}

@test "bad input: a config.json of 10 MiB is read, one of 20 MiB has to be refused by xen-runc" {
  jq -c . "$bundle/config.json" >"$work/small.json"
  large() {
    { cat "$work/small.json" && head -c "$1" /dev/zero | tr '\0' ' '; } >"$bundle/config.json"
  }
  large 10485760
  create
  expect created "$(state)" status
  runtime delete --force "$id" </dev/null
  large 20971520
  if differs config-limit; then
    refuses "is longer than 16777216 bytes"
  else
    create
  fi
}

@test "bad input: a config.json that is deeper than any spec" {
  { printf '{"deep":' && head -c 100000 /dev/zero | tr '\0' '['; } >"$bundle/config.json"
  refuses depth
}

@test "bad input: a config.json that is no JSON, no object, empty, or no file" {
  echo '{"ociVersion": ' >"$bundle/config.json"
  refuses ""
  echo '[]' >"$bundle/config.json"
  refuses ""
  : >"$bundle/config.json"
  refuses ""
  rm "$bundle/config.json"
  mkdir "$bundle/config.json"
  refuses ""
}

@test "bad input: NUL bytes in arguments, environment, directory, rootfs and mounts" {
  for change in '.process.args = ["a\u0000b"]' \
    '.process.env += ["A=a\u0000b"]' '.process.cwd = "/a\u0000b"' '.root.path = "a\u0000b"' \
    '.mounts += [{destination: "/x\u0000y", type: "tmpfs", source: "tmpfs"}]' \
    '.mounts += [{destination: "/x", type: "bind", source: "/tmp\u0000y", options: ["bind"]}]'; do
    spec "$change"
    refuses ""
  done
}

@test "bad input: a process that is missing, or has no arguments or no directory" {
  spec 'del(.process)'
  refuses "process property must not be empty"
  spec '.process.args = []'
  refuses "args must not be empty"
  spec '.process.cwd = ""'
  refuses "Cwd property must not be empty"
  spec '.process.cwd = "tmp"'
  refuses "Cwd must be an absolute path"
}

@test "bad input: a pid file in a missing directory" {
  local before
  before=$(leftovers)
  run runtime create --bundle "$bundle" --pid-file "$work/missing/pid" "$id" </dev/null >"$work/out" 2>"$work/err"
  expect 1 "$status" "exit code"
  [[ $(logged_error) == *"$work/missing/.pid"* ]]
  nothing_left "$before"
}

@test "bad input: console sockets that nobody listens to, and that are none" {
  spec '.process.terminal = true'
  local before socket
  before=$(leftovers)
  : >"$work/file"
  for socket in "$work/nobody.sock" "$work/file" "$work/$(head -c 200 /dev/zero | tr '\0' a)"; do
    run create --console-socket "$socket"
    expect 1 "$status" "exit code for $socket"
    run ! runtime state "$id"
    nothing_left "$before"
  done
}

@test "bad input: exec of a missing process file, of one that is no JSON, and without arguments" {
  create
  runtime start "$id" </dev/null
  echo '{' >"$work/broken.json"
  for file in "$work/missing.json" "$work/broken.json" /; do
    run runtime exec --process "$file" "$id" </dev/null
    [[ $status -ne 0 && -n $(logged_error) ]]
  done
  for change in '.args = []' '.args = ["true", "a\u0000b"]' '.cwd = ""'; do
    jq ".process | $change" "$bundle/config.json" >"$work/process.json"
    run runtime exec --process "$work/process.json" "$id" </dev/null
    [[ $status -ne 0 && -n $(logged_error) ]]
  done
  expect running "$(state)" status
  runtime exec "$id" true </dev/null
}
