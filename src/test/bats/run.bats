#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run: create and start in one; in the foreground the caller gets the container's streams and exit
# code, and the container is deleted. And terminals, which run and exec make for their callers.

load helpers

run_container() {
  runtime run --bundle "$bundle" "$@" "$id"
}

is_gone() {
  ! runtime state "$id" </dev/null >/dev/null 2>&1
}

# runc gives the size to the new terminal when the process runs already: what asks for it waits a second.
# In a terminal of 30 rows and 100 columns, with a keyboard that does not end: script would type the end of
# file as well. What it shows, without carriage returns.
in_terminal() {
  local command
  printf -v command '%q ' "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json "$@"
  mkfifo "$work/keyboard"
  script -qec "stty -echo rows 30 cols 100; exec $command" /dev/null <>"$work/keyboard" | tr -d '\r'
}

# What is typed: a word after three seconds, ^C two seconds later.
type_word_and_interrupt() {
  within 10 test -p "$work/keyboard"
  {
    sleep 3
    echo word
    sleep 2
    printf '\003'
  } >"$work/keyboard"
}

# bats test_tags=lab
@test "run: streams and exit code are the process's, and nothing of the container stays" {
  spec '.process.args = ["sh", "-c", "cat; echo err >&2; exit 7"]'
  status=0
  echo in | run_container >"$work/o" 2>"$work/e" || status=$?
  expect 7 "$status" "exit code"
  expect in "$(cat "$work/o")" stdout
  expect err "$(cat "$work/e")" stderr
  is_gone
}

@test "run: --keep keeps the stopped container" {
  spec '.process.args = ["true"]'
  run_container --keep </dev/null
  expect stopped "$(state)" status
  runtime delete "$id" </dev/null
}

@test "run: --detach returns when the process runs" {
  run_container --detach --pid-file "$work/pid" </dev/null >"$work/o" 2>&1
  expect running "$(state)" status
  [[ $(cat "$work/pid") =~ ^[0-9]+$ ]]
  runtime kill "$id" KILL </dev/null
  within 10 is_status stopped
}

# bats test_tags=lab
@test "run: a signal to the caller's process is the container's" {
  spec '.process.args = ["sh", "-c", "trap \"echo got; exit 3\" TERM; echo ready; while :; do sleep 0.1; done"]'
  run_container </dev/null >"$work/o" 2>"$work/e" 3>&- &
  caller=$!
  within 20 grep -q ready "$work/o"
  # The function's process runs the runtime: its child is the one to be told.
  kill -TERM "$(pgrep -P "$caller" || echo "$caller")"
  status=0
  wait "$caller" || status=$?
  expect 3 "$status" "exit code"
  expect $'ready\ngot' "$(cat "$work/o")" stdout
}

@test "run: a command that is not there fails, and nothing stays" {
  spec '.process.args = ["nothing-here"]'
  run run_container </dev/null
  [[ $status -ne 0 && $output == *"executable file not found in \$PATH"* ]]
  is_gone
}

# bats test_tags=lab
@test "run: a terminal has the caller's size, and its output is the terminal's" {
  spec '.process.terminal = true | .process.args = ["sh", "-c", "sleep 1; stty size; test -t 0 && test -t 1 && test -t 2 && echo tty"]'
  run in_terminal run --bundle "$bundle" "$id"
  expect $'30 100\ntty' "$output" output
  is_gone
}

@test "run: a terminal whose size changes tells the process" {
  spec '.process.terminal = true
    | .process.args = ["sh", "-c", "sleep 1; stty size; trap \"stty size; exit\" WINCH; i=0; while test $((i += 1)) -lt 150; do sleep 0.1; done"]'
  printf -v command '%q ' "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json run --bundle "$bundle" "$id"
  mkfifo "$work/keyboard"
  run script -qec "stty -echo rows 30 cols 100; { sleep 3; stty rows 40 cols 90 </dev/tty; } & exec $command" /dev/null <>"$work/keyboard"
  expect $'30 100\n40 90' "${output//$'\r'/}" sizes
  is_gone
}

# What a process says in a terminal whose output goes to a file, and what its terminal is like.
relayed() {
  printf -v command '%q ' "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json "$@"
  mkfifo "$work/keyboard"
  script -qec "stty -echo rows 30 cols 100; exec $command >$work/relayed" /dev/null <>"$work/keyboard" >"$work/screen"
}

# bats test_tags=lab
@test "run: a terminal's output that goes to a file has no carriage returns" {
  spec '.process.terminal = true | .process.args = ["sh", "-c", "sleep 1; stty size; stty -a"]'
  relayed run --bundle "$bundle" "$id"
  expect "30 100" "$(head -n 1 "$work/relayed")" "size, which is stderr's terminal's"
  expect 0 "$(tr -dc '\r' <"$work/relayed" | wc -c)" "carriage returns"
  for mode in -onlcr opost icrnl ixon isig icanon iexten echo cs8; do
    grep -qE "(^| )$mode( |;|\$)" "$work/relayed"
  done
}

# bats test_tags=lab
@test "exec: the same, and what is read there has its carriage returns for a screen" {
  create
  runtime start "$id" </dev/null
  relayed exec -t "$id" echo x
  expect "78 0a" "$(od -An -tx1 "$work/relayed" | xargs)" bytes
  script -qec "exec $RUNTIME --root $root exec -t $id echo seen" /dev/null </dev/null >"$work/screen"
  expect $'seen\r' "$(grep -o "seen.*" "$work/screen")" "on the screen"
}

@test "run: what is typed reaches the process, and ^C is SIGINT" {
  spec '.process.terminal = true | .process.args = ["sh", "-c", "trap \"echo caught; exit 4\" INT; read a; echo =$a=; while :; do sleep 0.1; done"]'
  type_word_and_interrupt 3>&- &
  run in_terminal run --bundle "$bundle" "$id"
  [[ $output == *"=word="*caught* ]]
}

# The ticks of processor time that a process has used.
ticks() {
  awk '{ print $14 + $15 }' "/proc/$1/stat"
}

@test "run: a terminal that is closed while input waits, and its output too, costs no time" {
  # More input than a terminal takes of which nobody reads, and output into a pipe that is full.
  spec '.process.terminal = true | .process.args = ["sh", "-c", "stty raw -echo; sleep 2; echo end"]'
  mkfifo "$work/keyboard" "$work/relayed"
  exec {taken}<>"$work/relayed" {typed}<>"$work/keyboard"
  dd if=/dev/zero bs=4096 count=16 status=none >&"$taken"
  printf -v command '%q ' "$RUNTIME" --root "$root" run --bundle "$bundle" --pid-file "$work/pid" "$id"
  script -qec "stty raw -echo; echo \$\$ >$work/caller; exec $command >$work/relayed" /dev/null \
    <"$work/keyboard" >/dev/null 3>&- &
  within 20 test -s "$work/pid"
  head -c 400000 /dev/zero >&"$typed" 3>&- &
  typist=$!
  # Output that nobody takes holds up the end for ten seconds.
  within 20 ended "$(cat "$work/pid")"
  caller=$(cat "$work/caller")
  before=$(ticks "$caller")
  sleep 1
  spent=$(($(ticks "$caller") - before))
  cat <&"$taken" >/dev/null 3>&- &
  reader=$!
  within 10 ended "$caller"
  kill "$reader" "$typist" 2>/dev/null || true
  ((spent < 30)) || expect "less than 30" "$spent" "ticks in a second"
}

@test "run: terminals that cannot be are refused" {
  spec '.process.terminal = true'
  run run_container --detach </dev/null
  [[ $status -ne 0 && $output == *"cannot allocate tty if runc will detach without setting console socket"* ]]
  run create --console-socket "$work/nobody.sock"
  [[ $status -eq 1 && $(logged_error) == *nobody.sock* ]]
  is_gone
  spec '.process.terminal = false'
  run create --console-socket "$work/nobody.sock"
  [[ $status -eq 1 && $(logged_error) == *"cannot use console socket if runc will not detach or allocate tty"* ]]
  is_gone
}

@test "run and exec: a terminal of a caller that has none is refused" {
  spec '.process.terminal = true'
  run -1 setsid --wait "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json run --bundle "$bundle" "$id" </dev/null
  [[ $(logged_error) == *"open /dev/tty: "* ]]
  is_gone
  spec .
  create
  runtime start "$id" </dev/null
  run ! setsid --wait "$RUNTIME" --root "$root" --log "$work/log.json" --log-format json exec -t "$id" true </dev/null
  [[ $(logged_error) == *"open /dev/tty: "* ]]
  expect running "$(state)" status
}

@test "exec: --tty gives a terminal of the caller's size" {
  create
  runtime start "$id" </dev/null
  run in_terminal exec --tty "$id" sh -c 'sleep 1; stty size; test -t 0 && echo tty; exit 5'
  expect $'30 100\ntty' "$output" output
}

# bats test_tags=lab
@test "exec: 1 MiB through a terminal arrives whole" {
  create
  runtime start "$id" </dev/null
  run in_terminal exec -t "$id" sh -c 'head -c 1048576 /dev/zero | tr "\0" x; echo; echo end'
  expect 1048580 "${#output}" length
  [[ $output == *end ]]
}
