# shellcheck shell=bash
# What the lab says on stderr, and how it waits: every wait is bounded and names what it waited for.

exec {say_fd}>&2
exec {never}<> <(:)
step_text=
step_log=/dev/null
step_began=0
step_ticker=

say() {
  printf 'lab: %s\n' "$*" >&"$say_fd"
}

# For functions that may run inside a step: into the step's log, if there is one.
complain() {
  printf '%s\n' "$*" >&2
  return 1
}

die() {
  step_close ''
  say "$*"
  exit 1
}

# Sleeps without a child process, so that nobody is left holding the caller's stderr.
pause() {
  read -rt "$1" -u "$never" || true
}

# step TEXT COMMAND…: runs COMMAND into $step_log; one line on stderr, a dot every 5 s, the seconds at its end.
# A failure ends the lab through errexit, and step_failed shows the log; so never call it in a condition.
step() {
  step_open "$1"
  shift
  "$@" >>"$step_log" 2>&1
  step_close "$((SECONDS - step_began)) s"
}

# The same in a condition: COMMAND's functions must not count on errexit.
step_try() {
  local status=0
  step_open "$1"
  shift
  "$@" >>"$step_log" 2>&1 || status=$?
  step_close "$((SECONDS - step_began)) s"
  return "$status"
}

step_open() {
  step_text=$1
  step_began=$SECONDS
  printf 'lab: %s ' "$step_text" >&"$say_fd"
  step_tick $$ &
  step_ticker=$!
}

step_tick() {
  exec >/dev/null 2>&1
  while pause 5 && kill -0 "$1"; do
    printf . >&"$say_fd"
  done
}

step_close() {
  [ -n "$step_text" ] || return 0
  step_text=
  [ -z "$step_ticker" ] || kill "$step_ticker" 2>/dev/null || true
  printf ' %s\n' "$1" >&"$say_fd"
}

# For the EXIT trap: says which step broke, and shows the end of its log.
step_failed() {
  [ -n "$step_text" ] || return 0
  local text=$step_text
  step_close 'failed'
  say "$text: failed after $((SECONDS - step_began)) s; the end of $step_log:"
  tail -n 15 "$step_log" | sed 's/^/  | /' >&"$say_fd"
}

# wait_until SECONDS WHAT COMMAND…: until COMMAND succeeds; fails when the time is over or the machine is gone.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2 limit=$1
  shift 2
  until "$@"; do
    if ! machine_alive; then
      complain "waited for $what, but the machine is gone: see $run/qemu.log and $run/serial.log"
      return 1
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      complain "waited $limit s for $what"
      return 1
    fi
    pause 0.2
  done
}
