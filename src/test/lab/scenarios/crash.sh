# Sourced in dom0 after bundle.sh: engines that end themselves at a named point.
# shellcheck shell=sh

# engine_dies_at POINT… makes a container for each point, whose engine dies there, and has the next engine delete it.
# That one has the next point already where delete does not come past it: an engine takes half a minute to start here.
# Says what went wrong.
engine_dies_at() {
  engine_gets "$1"
  while [ $# -gt 0 ]; do
    point=$1
    shift
    xen_runc list >/dev/null
    engine=$(engine_pid)
    [ -n "$engine" ] || echo "at $point: there is no engine"
    live_and_die 2>/run/crash.err
    within 10 is_gone "$engine" || echo "at $point: no engine died"
    case ${1-} in
      create.* | start.*) engine_gets "$1" ;;
      *) engine_gets '' ;;
    esac
    xen_runc delete --force f9 || echo "at $point: delete --force failed"
    within 10 nothing_left || {
      echo "at $point, left behind (>) or lost (<) after 10 s:"
      diff /run/leftovers.before /run/leftovers.after
    }
    case ${1-} in
      create.* | start.* | '') ;;
      *) engine_gets "$1" ;;
    esac
  done
  engine_gets ''
}

# engine_gets POINT: the next engine dies there; '' is nowhere.
engine_gets() {
  engine_restart_with "${1:+[debug]
crash_point = \"$1\"}"
}

# One of these verbs, or what it makes happen, comes past the point.
live_and_die() {
  xen_runc create --bundle "$bundle" f9 </dev/null >/run/f9.out 2>&1 &&
    xen_runc start f9 && xen_runc kill f9 KILL && within 20 is_stopped && xen_runc delete f9
}

is_gone() { ! kill -0 "$1"; }

is_stopped() { xen_runc state f9 | grep -q stopped; }

nothing_left() { sh /run/leftovers >/run/leftovers.after && cmp -s /run/leftovers.before /run/leftovers.after; }
