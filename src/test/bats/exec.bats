#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# exec: further processes in a created or running container, with streams, exit codes and signals of their own.

load helpers

running() {
  create
  runtime start "$id" </dev/null
}

# What runs in the container, by its command line.
commands() {
  # shellcheck disable=SC2016 # expanded in the container
  runtime exec "$id" sh -c 'for p in /proc/[0-9]*; do tr "\0" " " <$p/cmdline; echo; done' </dev/null
}

a_command() {
  [[ $(commands) == *"$1"* ]]
}

no_command() {
  [[ $(commands) != *"$1"* ]]
}

@test "exec: stdout, stderr and exit code are the command's" {
  running
  status=0
  runtime exec "$id" sh -c 'echo out; echo err >&2; exit 7' </dev/null >"$work/o" 2>"$work/e" || status=$?
  expect 7 "$status" "exit code"
  expect out "$(cat "$work/o")" stdout
  expect err "$(cat "$work/e")" stderr
}

@test "exec: 10 MiB through cat come back unchanged, and the end of stdin ends it" {
  running
  head -c 10485760 /dev/urandom >"$work/bytes"
  runtime exec "$id" cat <"$work/bytes" >"$work/back"
  cmp "$work/bytes" "$work/back"
}

# bats test_tags=lab
@test "exec: 5 MiB written at once before the exit arrive whole, each of many times" {
  running
  local bytes
  for _ in $(seq "${OFTEN:-50}"); do
    bytes=$(
      set -o pipefail
      runtime exec "$id" head -c 5242880 /dev/zero </dev/null | wc -c
    )
    expect 5242880 "$bytes" bytes
  done
}

@test "exec: environment, directory and user in every spelling" {
  running
  run runtime exec -e A=1 -e=B=2 --cwd /tmp -u 1000:1001 -g 5 "$id" sh -c 'echo $A $B $PWD; id' </dev/null
  [[ $output == *"1 2 /tmp"*"uid=1000 gid=1001"*"5"* ]]
}

@test "exec: what follows the id is the command's" {
  running
  run runtime exec "$id" echo -e --user -- x </dev/null
  expect "--user -- x" "$output" output
}

# bats test_tags=lab
@test "exec: --process, --detach and --pid-file, as containerd calls it" {
  running
  jq '.process | .args = ["sh", "-c", "echo $MARK; sleep 0.2; echo end"] | .env += ["MARK=here"]' \
    "$bundle/config.json" >"$work/process.json"
  runtime exec --process "$work/process.json" --detach --pid-file "$work/exec.pid" "$id" \
    </dev/null >"$work/o" 2>"$work/e"
  [[ $(cat "$work/exec.pid") =~ ^[0-9]+$ ]]
  within 10 grep -q end "$work/o"
  expect $'here\nend' "$(cat "$work/o")" stdout
}

# bats test_tags=lab
@test "exec: the pid in the pid file gets signals for the process, and its death is the process's" {
  running
  runtime exec --detach --pid-file "$work/exec.pid" "$id" \
    sh -c 'trap "echo got" USR1; echo ready; while :; do sleep 0.1; done' </dev/null >"$work/o" 2>&1
  within 10 grep -q ready "$work/o"
  kill -USR1 "$(cat "$work/exec.pid")"
  within 10 grep -q got "$work/o"

  [[ $(commands) == *"echo got"* ]]
  kill -KILL "$(cat "$work/exec.pid")"
  within 10 no_command "echo got"
  expect running "$(state)" status
}

@test "exec: a detached process's end is seen although what it leaves behind holds its output" {
  running
  runtime exec --detach --pid-file "$work/exec.pid" "$id" sh -c 'sleep 60 & echo out' </dev/null >"$work/o" 2>&1
  within 10 ended "$(cat "$work/exec.pid")"
  expect out "$(cat "$work/o")" stdout
  [[ $(commands) == *"sleep 60"* ]]
}

@test "exec: 20 at once, each with its own output and code" {
  running
  local pids=() code
  for i in {1..20}; do
    runtime exec "$id" sh -c "echo $i; exit $i" </dev/null >"$work/o$i" 2>&1 &
    pids+=($!)
  done
  for i in {1..20}; do
    code=0
    wait "${pids[i - 1]}" || code=$?
    expect "$i" "$code" "exit code of $i"
    expect "$i" "$(cat "$work/o$i")" "output of $i"
  done
}

# bats test_tags=lab
@test "exec: it ends when the container ends" {
  running
  runtime exec "$id" sleep 60 </dev/null >/dev/null 2>&1 &
  local exec=$! code=0
  sleep 0.5
  runtime kill "$id" KILL </dev/null
  wait "$exec" || code=$?
  expect 137 "$code" "exit code"
}

# bats test_tags=lab
@test "exec: a command that is missing or cannot be run" {
  running
  run runtime exec "$id" nothere </dev/null
  expect 255 "$status" "exit code"
  # shellcheck disable=SC2016 # runc's words
  expect 'exec failed: unable to start container process: exec: "nothere": executable file not found in $PATH' \
    "$(logged_error)" error
  run runtime exec "$id" /etc/passwd </dev/null
  expect 255 "$status" "exit code"
  [[ $(logged_error) == *"permission denied"* ]]
  expect running "$(state)" status
}

@test "exec: a stopped, a paused and an unknown container" {
  running
  runtime pause "$id" </dev/null
  run runtime exec "$id" true </dev/null
  expect 255 "$status" "exit code when paused"
  [[ $(logged_error) == *"cannot exec in a paused container (use --ignore-paused to override)"* ]]
  runtime resume "$id" </dev/null

  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
  run runtime exec "$id" true </dev/null
  expect 255 "$status" "exit code when stopped"
  [[ $(logged_error) == *"cannot exec in a stopped container"* ]]

  run runtime exec nobody true </dev/null
  expect 255 "$status" "exit code when unknown"
  [[ $(logged_error) == *"container does not exist"* ]]
}

# bats test_tags=lab
@test "exec: in a created container, with its files, names and limits, and before its process" {
  spec '.hostname = "there" | .process.args = ["sh", "-c", "cat /tmp/left; echo main"]'
  create
  expect created "$(state)" status
  expect $'there\n/tmp' "$(runtime exec --cwd /tmp "$id" sh -c 'cat /proc/sys/kernel/hostname; pwd; echo left >/tmp/left' </dev/null)" output
  run runtime exec "$id" sh -c 'exit 7' </dev/null
  expect 7 "$status" "exit code"
  expect 4 "$(echo four | runtime exec "$id" sh -c 'read a; echo ${#a}')" "stdin's length"
  expect created "$(state)" "status after them"
  expect "" "$(cat "$work/out")" "the process's output before start"
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect $'left\nmain' "$(cat "$work/out")" "the process's output"
}

# bats test_tags=lab
@test "exec: one that was begun in a created container runs across start and gets signals" {
  create
  runtime exec --detach --pid-file "$work/exec.pid" "$id" \
    sh -c 'trap "echo got; exit 3" USR1; echo ready; while :; do sleep 0.1; done' </dev/null >"$work/o" 2>&1
  within 10 grep -q ready "$work/o"
  runtime start "$id" </dev/null
  expect running "$(state)" status
  [[ $(commands) == *"echo got"* ]]
  kill -USR1 "$(cat "$work/exec.pid")"
  within 10 grep -q got "$work/o"
  within 10 ended "$(cat "$work/exec.pid")"
  expect running "$(state)" "status after it"
}

# bats test_tags=lab
@test "exec: in a created container it ends with the container, by kill and by delete" {
  for end in "kill $id KILL" "delete --force $id"; do
    create
    runtime exec "$id" sleep 60 </dev/null >/dev/null 2>&1 &
    local exec=$! code=0
    within 10 a_command "sleep 60"
    # shellcheck disable=SC2086 # a verb and its operands
    runtime $end </dev/null
    wait "$exec" || code=$?
    expect 137 "$code" "exit code after $end"
    runtime delete --force "$id" </dev/null
  done
}

@test "exec: several at once in a created container, and start among them" {
  create
  local pids=() code
  for i in {1..8}; do
    runtime exec "$id" sh -c "echo $i; exit $i" </dev/null >"$work/o$i" 2>&1 &
    pids+=($!)
    [[ $i != 4 ]] || runtime start "$id" </dev/null
  done
  for i in {1..8}; do
    code=0
    wait "${pids[i - 1]}" || code=$?
    expect "$i" "$code" "exit code of $i"
    expect "$i" "$(cat "$work/o$i")" "output of $i"
  done
  expect running "$(state)" status
}

@test "exec: in a created container, a terminal" {
  create
  [[ $(script -qec "$(printf '%q ' "$RUNTIME" --root "$root" exec -t "$id" busybox readlink /proc/self/fd/0)" /dev/null </dev/null) == *"/dev/pts/0"* ]]
  expect created "$(state)" status
}

@test "exec: no command is an error" {
  running
  run runtime exec "$id" </dev/null
  [[ $status != 0 && -n $(logged_error) ]]
}

@test "exec: --process in every spelling" {
  running
  jq '.process | .args = ["echo", "here"]' "$bundle/config.json" >"$work/process.json"
  for option in "--process $work/process.json" "--process=$work/process.json" "-process $work/process.json" \
    "-p $work/process.json" "-p=$work/process.json"; do
    # shellcheck disable=SC2086 # one or two words
    expect here "$(runtime exec $option "$id" </dev/null)" "$option"
  done
}

@test "exec: --cap adds to the effective set, --no-new-privs and --additional-gids are the process's" {
  spec '.process.capabilities = {bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"],
    inheritable: [], ambient: []} | .process.noNewPrivileges = false'
  running
  told() {
    runtime exec "$@" </dev/null
  }
  expect 0000000000000020 "$(told "$id" sed -n 's/^CapEff:\t//p' /proc/self/status)" "without --cap"
  for option in "--cap CAP_NET_RAW" "--cap=CAP_NET_RAW" "-c CAP_NET_RAW"; do
    # shellcheck disable=SC2086 # one or two words
    expect 0000000000002020 "$(told $option "$id" sed -n 's/^CapEff:\t//p' /proc/self/status)" "$option"
  done
  expect 0 "$(told "$id" sed -n 's/^NoNewPrivs:\t//p' /proc/self/status)" "without --no-new-privs"
  expect 1 "$(told --no-new-privs "$id" sed -n 's/^NoNewPrivs:\t//p' /proc/self/status)" "--no-new-privs"
  for options in "--additional-gids 5 --additional-gids=6" "-g 5 -g=6"; do
    # shellcheck disable=SC2086 # several words
    [[ $(told $options "$id" sed -n 's/^Groups:\t//p' /proc/self/status) == *"5 6"* ]]
  done
}

@test "exec: --ignore-paused waits for resume" {
  running
  runtime pause "$id" </dev/null
  runtime exec --ignore-paused "$id" echo late </dev/null >"$work/o" 2>&1 &
  local exec=$!
  sleep 0.5
  expect "" "$(cat "$work/o")" "output while it is paused"
  runtime resume "$id" </dev/null
  wait "$exec"
  expect late "$(cat "$work/o")" output
}

@test "exec: 256 further processes at once, with output each; the next one is refused, and none too many later" {
  running
  mkfifo "$work/hold"
  exec 9<>"$work/hold"
  local i started=()
  for i in {1..256}; do
    runtime exec --detach "$id" sh -c "echo $i; read a" <"$work/hold" >>"$work/o" 2>&1 3>&- &
    started+=($!)
    if ((i % 8 == 0)); then
      wait "${started[@]}"
      started=()
    fi
  done
  within 30 all_have_spoken
  expect "$(seq 256)" "$(sort -n "$work/o")" outputs
  if differs exec-limit; then
    run runtime exec "$id" true </dev/null
    expect 255 "$status" "exit code of one too many"
    [[ $(logged_error) == *"the container has as many processes by exec as it can"* ]]
  fi
  expect running "$(state)" status
  # All at once: the last writer is gone.
  exec 9>&-
  within 30 exec_succeeds
}

all_have_spoken() {
  (($(wc -l <"$work/o") == 256))
}

exec_succeeds() {
  runtime exec "$id" true </dev/null 2>/dev/null
}

@test "exec: a reader that stops blocks its own stream, and KILL ends the container all the same" {
  running
  mkfifo "$work/unread"
  runtime exec --detach --pid-file "$work/exec.pid" "$id" cat /dev/zero </dev/null >"$work/unread" 2>&1 &
  local exec=$!
  exec 8<"$work/unread"
  wait "$exec"
  sleep 0.3
  expect 5242880 "$(runtime exec "$id" head -c 5242880 /dev/zero </dev/null | wc -c)" "bytes of another process"
  runtime kill "$id" KILL </dev/null
  within 15 is_status stopped
  within 15 eval "! kill -0 $(cat "$work/exec.pid") 2>/dev/null"
  exec 8<&-
}

@test "exec: console sockets and terminals that cannot be are refused" {
  running
  run runtime exec --tty --detach "$id" true </dev/null
  [[ $status == 255 && $(logged_error) == *"cannot allocate tty if runc will detach without setting console socket"* ]]
  run runtime exec --detach --console-socket "$work/nobody.sock" "$id" true </dev/null
  [[ $status == 255 && $(logged_error) == *"cannot use console socket if runc will not detach or allocate tty"* ]]
  run runtime exec --tty --detach --console-socket "$work/nobody.sock" "$id" true </dev/null
  [[ $status == 255 && $(logged_error) == *nobody.sock* ]]
  expect running "$(state)" status
}

@test "exec: a pid file in a missing directory is an error, and the process does not stay" {
  running
  run runtime exec --detach --pid-file "$work/missing/pid" "$id" sleep 617 </dev/null
  expect 255 "$status" "exit code"
  within 10 no_command "sleep 617"
}

@test "exec: the process's file may be a pipe, stdin, or a fifo whose writer comes late" {
  create
  runtime start "$id" </dev/null
  process='{"args":["/bin/echo","x"],"cwd":"/"}'
  expect x "$(runtime exec --process <(echo "$process") "$id" </dev/null)" "from a pipe"
  expect x "$(echo "$process" | runtime exec --process /dev/stdin "$id")" "from stdin"
  mkfifo "$work/fifo"
  (sleep 1 && echo "$process" >"$work/fifo") 3>&- &
  expect x "$(runtime exec --process "$work/fifo" "$id" </dev/null)" "from a fifo"
}
