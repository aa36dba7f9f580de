# shellcheck shell=bash
# The emulated machine: QEMU with an AMD CPU that has SVM and nested paging, Xen as its kernel, dom0 as Xen's module.
# Its directory $run holds: machine (who it is), disk.qcow2, serial.log, qemu.log, qmp.in and qmp.out, ssh_config, control.

machine_life=${XEN_RUNC_LAB_LIFE:-3h} # no QEMU outlives this
machine_mortal=                       # set: the machine dies with this shell, however that dies
machine_ours=                         # set while a machine that this shell started would be useless without it
machine_ram=6G

# What a snapshot depends on. Without bootscrub=0 Xen would write all of the memory once; a crash of Xen or dom0 reboots,
# and -no-reboot makes that QEMU's end. 10.0.2.100:7 hands dom0 the file $run/outbox.
# shellcheck disable=SC2054 # the commas are QEMU's
machine_board=(
  -accel tcg,thread=multi,tb-size=1024 -cpu qemu64,+svm,+npt -smp 2 -m "$machine_ram"
  -nodefaults -no-user-config -display none -no-reboot
  -append 'console=com1 com1=115200,8n1 dom0_mem=3G,max:3G bootscrub=0 loglvl=info guest_loglvl=all'
  -serial file:serial.log
  -chardev pipe,id=qmp,path=qmp -mon chardev=qmp,mode=control
  -nic 'user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:0-:22,guestfwd=tcp:10.0.2.100:7-cmd:cat outbox'
)
machine_dom0='console=hvc0 quiet mitigations=off net.ifnames=0 panic=5'

# machine_start RAM-BACKEND [QEMU-ARGUMENT…]: starts QEMU on $run/disk.qcow2.
# `timeout` bounds its life; it dies with `timeout`, and `timeout` with us if $machine_mortal.
machine_start() {
  local backend=$1 guard=() pid
  shift
  [ -z "$machine_mortal" ] || guard=(setpriv --pdeathsig TERM)
  rm -f "$run"/{qmp.in,qmp.out,control}
  mkfifo "$run"/qmp.{in,out}
  machine_ours=yes
  env -C "$run" setsid "${guard[@]}" timeout --kill-after=10 "$machine_life" setpriv --pdeathsig KILL \
    "$image/emulator/run" qemu-system-x86_64 "${machine_board[@]}" \
    -L "$image/emulator/usr/share/qemu" -L "$image/emulator/usr/share/seabios" \
    -kernel "$image/xen" -initrd "$image/vmlinuz $machine_dom0,$image/initrd.gz" \
    -object "$backend,id=ram,size=$machine_ram" -machine pc,memory-backend=ram \
    -drive file=disk.qcow2,format=qcow2,if=virtio,cache=unsafe "$@" \
    </dev/null >"$run/qemu.log" 2>&1 {say_fd}>&- {run_lock}>&- {never}>&- &
  pid=$!
  disown
  printf '%s\n' "pid=$pid" "started=$(process_start "$pid")" "image=$image" >"$machine_file"
  qmp_greet
  ssh_configure "$(machine_port)"
}

# A process's start time, which with its pid names it for good; empty if there is none.
process_start() {
  local stat
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  cut -d' ' -f20 <<<"${stat##*) }"
}

machine_field() {
  sed -n "s/^$1=//p" "$machine_file"
}

machine_alive() {
  [ -s "$machine_file" ] || return 1
  local pid
  pid=$(machine_field pid)
  [ -n "$pid" ] && [ "$(process_start "$pid")" = "$(machine_field started)" ]
}

# The port of 127.0.0.1 that the kernel chose for us.
machine_port() {
  qmp '{"execute": "human-monitor-command", "arguments": {"command-line": "info usernet"}}' |
    sed -n 's/.*HOST_FORWARD\] *[0-9]* *127\.0\.0\.1 *\([0-9]*\).*/\1/p'
}

machine_stop() {
  if machine_alive; then
    local pid i
    pid=$(machine_field pid)
    kill -TERM "$pid"
    for ((i = 0; i < 100; i++)); do
      machine_alive || break
      pause 0.1
    done
    ! machine_alive || kill -KILL "$pid"
  fi
  rm -f "$machine_file"
}

# qmp JSON: sends one command, prints its reply; events are skipped.
qmp() {
  local reply in out
  machine_alive || complain "the machine is gone: see $run/qemu.log" || return
  exec {in}<>"$run/qmp.in" {out}<>"$run/qmp.out"
  printf '%s\n' "$1" >&"$in"
  while read -rt 60 -u "$out" reply; do
    case $reply in
      '{"return"'*) break ;;
      '{"error"'*) break ;;
    esac
    reply=
  done
  exec {in}>&- {out}>&-
  case $reply in
    '{"return"'*) printf '%s\n' "$reply" ;;
    '') complain "waited 60 s for QEMU to answer $1" ;;
    *) complain "QEMU refused $1: $reply" ;;
  esac
}

qmp_greet() {
  qmp '{"execute": "qmp_capabilities"}' >/dev/null
}
