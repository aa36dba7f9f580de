# Sourced in dom0 by scenarios that call the runtime themselves, without dockerd.
# shellcheck shell=sh

root=/run/lab-root
bundle=/run/lab-bundle
log=/run/lab-log.json

# bundle_make [JQ-FILTER] makes a busybox bundle that runs `sleep 600`, its config.json changed by the filter.
bundle_make() {
  mkdir -p $bundle/rootfs
  [ -e $bundle/rootfs/bin ] || {
    container=$(docker create --runtime=runc xen-demo/busybox true)
    docker export "$container" | tar -C $bundle/rootfs -x
    docker rm "$container" >/dev/null
  }
  rm -f $bundle/config.json $log
  (cd $bundle && runc spec && jq '.process.terminal = false | .process.args = ["sleep", "600"] | .root.readonly = false'"${1:+ | $1}" config.json >config.new && mv config.new config.json)
}

xen_runc() { xen-runc --root $root --log $log --log-format json "$@"; }

# run_one ID runs the bundle in the runtime that is under test.
run_one() {
  case $RUNTIME in
    xen) xen_runc run --bundle $bundle "$1" </dev/null ;;
    *) runc --root $root run --bundle $bundle "$1" </dev/null ;;
  esac
}

# refused PATTERN COMMAND… wants exit code 1, one error in the log, and the same one line on stderr.
refused() {
  refused_pattern=$1
  shift
  "$@" </dev/null >/run/refused.out 2>/run/refused.err
  refused_status=$?
  [ $refused_status = 1 ] || echo "exit code $refused_status instead of 1"
  [ "$(wc -l </run/refused.err)" = 1 ] || {
    echo "not one line on stderr:"
    cat /run/refused.err
  }
  [ "$(jq -r 'select(.level == "error") | .msg' $log)" = "$(cat /run/refused.err)" ] ||
    {
      echo "log and stderr differ:"
      cat $log
    }
  grep -qE "$refused_pattern" /run/refused.err || {
    echo "no \"$refused_pattern\" in:"
    cat /run/refused.err
  }
  rm -f $log
}

# engine_pid prints the resident engine's, the only JVM in dom0.
engine_pid() { pgrep -x java; }

# engine_end ends it and waits until it has gone.
engine_end() {
  engine_pid | xargs -r kill
  within 30 sh -c '! pgrep -x java'
}

# engine_restart_with CONFIG ends the engine and gives the next one these lines besides config.toml: keys
# come first, a table last, since what follows its name is in it.
engine_restart_with() {
  [ -e /run/config.kept ] || cp /etc/xen-runc/config.toml /run/config.kept
  case $1 in
    \[*) cat /run/config.kept && printf '%s\n' "$1" ;;
    *) printf '%s\n' "$1" && cat /run/config.kept ;;
  esac >/etc/xen-runc/config.toml
  engine_end
}
