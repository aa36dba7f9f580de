# SPDX-License-Identifier: Apache-2.0
# Loaded by every scenario. A scenario speaks to a host with dockerd only through `host`, so the same
# script with the same assertions runs on
#   TARGET=xen   (the default) the lab's dom0 with the runtime xen
#   TARGET=runc  the same dom0 with Debian's runc: the twin that proves the assertions themselves

bats_require_minimum_version 1.5.0

LAB=$BATS_TEST_DIRNAME/../lab
RUNTIME=${TARGET:-xen}
BUSYBOX=xen-demo/busybox
DEBIAN=xen-demo/debian
PROGRAMS=xen-demo/programs

# host SCRIPT runs a shell script on the host; stdin, stdout, stderr and exit status are its own.
host() {
  "$LAB" run "RUNTIME=$RUNTIME BUSYBOX=$BUSYBOX DEBIAN=$DEBIAN PROGRAMS=$PROGRAMS
set -u
docker_run() { docker run --runtime=\$RUNTIME \"\$@\"; }
# within SECONDS COMMAND… tries until the command succeeds; says what it waited for when it never does.
within() {
  within_end=\$((\$(date +%s) + \$1)); shift
  until \"\$@\" >/dev/null 2>&1; do
    [ \$(date +%s) -lt \$within_end ] || { echo \"waited in vain for: \$*\" >&2; return 1; }
    sleep 0.2
  done
}
$1"
}

# expect WANTED ACTUAL WHAT fails with both values when they differ.
expect() {
  [[ $2 == "$1" ]] && return 0
  printf '%s: expected\n%s\nbut it is\n%s\n' "$3" "$1" "$2" >&2
  return 1
}

only_on_xen() {
  [[ $RUNTIME == xen ]] || skip "speaks of domains, which runc has none of"
}

# What is left of a failed scenario must not fail the next one. A file whose scenarios share containers sets KEEPS, and
# removes all at its end.
teardown() {
  if [[ -z ${BATS_TEST_COMPLETED-} ]]; then
    host 'xl dmesg | tail -n 30' </dev/null || true
  elif [[ -n ${KEEPS-} ]]; then
    return
  fi
  remove_all
}

remove_all() {
  host 'docker ps -aq | xargs -r docker rm -f' >/dev/null 2>&1 </dev/null || true
}

# Remembers what exists now; leftovers_none then waits up to 10 s until the same names exist again.
leftovers_mark() {
  "$LAB" cp "$BATS_TEST_DIRNAME/../leftovers" /run/
  host 'sh /run/leftovers >/run/leftovers.before' </dev/null
}

leftovers_none() {
  host '
    end=$(($(date +%s) + 10))
    until sh /run/leftovers >/run/leftovers.after && cmp -s /run/leftovers.before /run/leftovers.after; do
      if [ $(date +%s) -ge $end ]; then
        echo "left behind (>) or lost (<) 10 s after the last container:"
        diff /run/leftovers.before /run/leftovers.after | grep "^[<>]"
        exit 1
      fi
      sleep 0.5
    done' </dev/null
}
